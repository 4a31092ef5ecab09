import { isDeepStrictEqual } from 'node:util';
import type { PanelKind } from '@grafana/grafana-foundation-sdk/dashboardv2';
import { panelsOf, targetsOf, variablesOf } from './bundle.ts';
import type { Check } from './bundle.ts';

/** Both schemas say the same: panel by panel, query by query, variable by variable. */
export const schemasAgree: Check = ({ v1, v2 }) =>
  v1.flatMap((dashboard) => {
    const uid = dashboard.uid ?? '';
    const resource = v2.find(({ metadata }) => metadata.name === uid);
    if (resource === undefined) return [`${uid} is not there in schema v2`];
    const { spec } = resource;
    const differences: string[] = [];
    const compare = (what: string, one: unknown, other: unknown): void => {
      if (!isDeepStrictEqual(one, other)) differences.push(`${uid}: ${what} differs between the schemas`);
    };
    compare('title', dashboard.title, spec.title);
    compare('description', dashboard.description, spec.description);
    compare('time', dashboard.time, { from: spec.timeSettings.from, to: spec.timeSettings.to });
    compare(
      'list of variables',
      variablesOf(dashboard).map(({ name, label, query, current }) => ({
        name,
        label,
        query,
        current,
      })),
      spec.variables.map((variable) => {
        const { name, label } = variable.spec;
        const current = 'current' in variable.spec ? variable.spec.current : undefined;
        const query = variable.kind === 'QueryVariable' ? (variable.spec.query.spec as unknown) : undefined;
        const known = variable.kind === 'DatasourceVariable' ? variable.spec.pluginId : undefined;
        const custom = variable.kind === 'CustomVariable' ? variable.spec.query : undefined;
        return { name, label, query: query ?? known ?? custom, current };
      }),
    );
    compare(
      'list of annotations',
      (dashboard.annotations.list ?? []).map(({ name, expr }) => ({ name, expr })),
      spec.annotations.map(({ spec: { name, query } }) => ({ name, expr: (query.spec as { expr?: string }).expr })),
    );
    const panels = panelsOf(dashboard);
    compare('number of panels', panels.length, Object.keys(spec.elements).length);
    for (const panel of panels) {
      const found = spec.elements[`panel-${panel.id}`] as PanelKind | undefined;
      const { title, description, type, options, fieldConfig, transformations = [] } = panel;
      const asV1 = found && {
        title: found.spec.title,
        description: found.spec.description,
        type: found.spec.vizConfig.group,
        options: found.spec.vizConfig.spec.options as unknown,
        fieldConfig: found.spec.vizConfig.spec.fieldConfig,
        transformations: found.spec.data.spec.transformations.map(({ group, spec: { options: how } }) => ({
          id: group,
          options: how as unknown,
        })),
      };
      const ofPanel = { title, description, type, options: (options as unknown) ?? {}, fieldConfig, transformations };
      compare(`panel ${title}`, { ...ofPanel, fieldConfig: fieldConfig ?? { defaults: {}, overrides: [] } }, asV1);
      const queries = targetsOf(panel).map(({ datasource, refId, ...query }) => ({
        refId,
        of: datasource?.uid,
        query,
      }));
      const queriesV2 = found?.spec.data.spec.queries.map(({ spec: { refId, query } }) => ({
        refId,
        of: query.datasource?.name,
        query: query.spec as unknown,
      }));
      compare(`what ${title} asks`, queries, queriesV2);
    }
    return differences;
  });
