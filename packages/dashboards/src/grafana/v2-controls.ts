import type { AnnotationQuery, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { VariableHide, VariableRefresh, VariableSort } from '@grafana/grafana-foundation-sdk/dashboardv2';
import type { AnnotationQueryKind, VariableKind } from '@grafana/grafana-foundation-sdk/dashboardv2';
import { dataQuery } from './v2-query.ts';

/** Marks on the time axis in schema v2, from those of schema v1. */
export function annotationV2(annotation: AnnotationQuery): AnnotationQueryKind {
  const { name, enable, hide = false, iconColor, builtIn, datasource, expr, step, target, ...rest } = annotation;
  // Prometheus' plugin reads expression and step from the query, and all else from where it was in schema v1.
  const spec = expr === undefined ? (target ?? {}) : { expr, interval: step, refId: 'Anno' };
  return {
    kind: 'AnnotationQuery',
    spec: {
      name,
      enable,
      hide,
      iconColor,
      builtIn: builtIn === 1,
      query: dataQuery(datasource?.type ?? 'prometheus', spec, datasource?.uid),
      legacyOptions: rest,
    },
  };
}

/**
 * What there is to choose at the top in schema v2, from that of schema v1.
 *
 * @throws {Error} if no dashboard of ours has a variable of that type
 */
export function variableV2(variable: VariableModel): VariableKind {
  const { type, name, label = name, query = '', current = { text: '', value: '' } } = variable;
  const common = {
    name,
    label,
    hide: VariableHide.DontHide,
    skipUrlSync: false,
    current,
    options: variable.options ?? [],
    multi: variable.multi ?? false,
    includeAll: variable.includeAll ?? false,
    ...(variable.allValue !== undefined && { allValue: variable.allValue }),
    allowCustomValue: true,
  };
  switch (type as string) {
    case 'datasource':
      return {
        kind: 'DatasourceVariable',
        spec: { ...common, pluginId: text(query), refresh: VariableRefresh.OnDashboardLoad, regex: '' },
      };
    case 'custom':
      return { kind: 'CustomVariable', spec: { ...common, query: text(query) } };
    case 'query':
      return {
        kind: 'QueryVariable',
        spec: {
          ...common,
          query: dataQuery('prometheus', query as object, variable.datasource?.uid),
          ...(variable.definition !== undefined && { definition: variable.definition }),
          refresh: VariableRefresh.OnTimeRangeChanged,
          sort: VariableSort.NaturalAsc,
          regex: '',
        },
      };
    default:
      throw new Error(`schema v2 has no variable of type ${type} here`);
  }
}

function text(query: string | object): string {
  return typeof query === 'string' ? query : '';
}
