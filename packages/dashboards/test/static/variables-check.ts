import { VariableRefresh } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dashboard as DashboardV1, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { variablesIn } from '../../src/interpolate.ts';
import { asked, labelValuesOf, panelsOf, targetsOf, variablesOf } from './bundle.ts';
import type { Check } from './bundle.ts';

/** Every variable that is spoken of is there, and every one that is there is spoken of. */
export const variablesAreDefinedAndUsed: Check = ({ v1 }) =>
  v1.flatMap((dashboard) => {
    const variables = variablesOf(dashboard);
    const defined = variables.map(({ name }) => name);
    const used = new Set([
      ...stringsIn([dashboard.title, dashboard.panels, dashboard.annotations, dashboard.links]).flatMap(variablesIn),
      ...variables.flatMap(({ query, datasource }) => stringsIn([query, datasource]).flatMap(variablesIn)),
    ]);
    const builtIn = [...new Set(stringsIn(dashboard).flatMap((text) => [...text.matchAll(/\$\{?(__\w+)/g)]))];
    return [
      ...[...used].filter((name) => !defined.includes(name)).map((name) => `${dashboard.uid}: there is no $${name}`),
      ...defined
        .filter((name) => !used.has(name) && asks(dashboard))
        .map((name) => `${dashboard.uid}: $${name} is not used`),
      ...defined
        .filter((name, index) => defined.indexOf(name) !== index)
        .map((name) => `${dashboard.uid}: $${name} is there twice`),
      ...builtIn
        .filter(([, name = '']) => !BUILT_IN.has(name))
        .map(([, name]) => `${dashboard.uid}: Grafana has no $${name}`),
    ];
  });

const BUILT_IN = new Set([
  '__rate_interval',
  '__interval',
  '__range',
  '__range_s',
  '__all',
  '__data',
  '__url_time_range',
  '__value',
  '__field',
  '__series',
]);

/** A variable that may be several values stands only where a regular expression does. */
export const multipleValuesAreMatched: Check = (bundle) => [
  ...asked(bundle).flatMap(({ where, raw, dashboard }) => matched(where, raw, dashboard)),
  ...bundle.v1.flatMap((dashboard) =>
    variablesOf(dashboard).flatMap((variable) => {
      const values = labelValuesOf(variable);
      return values === undefined ? [] : matched(`${dashboard.uid} / $${variable.name}`, values.of, dashboard);
    }),
  ),
];

function matched(where: string, text: string, dashboard: DashboardV1): readonly string[] {
  const multiple = new Set(
    variablesOf(dashboard)
      .filter(({ multi, includeAll }) => multi === true || includeAll === true)
      .map(({ name }) => name),
  );
  const outside = text.replaceAll(/(?:=~|!~)"[^"]*"/g, '');
  return variablesIn(outside)
    .filter((name) => multiple.has(name))
    .map((name) => `${where}: $${name} may be several values, and is not matched by =~`);
}

/** Whoever imports a dashboard chooses the data source: none is fixed, anywhere. */
export const datasourceIsChosen: Check = ({ v1, v2 }) => [
  ...v1.flatMap((dashboard) => {
    const { uid = '' } = dashboard;
    const panels = (dashboard.panels ?? []).flatMap((panel) => ('panels' in panel ? panel.panels : [panel]));
    return [
      ...fixed(uid, dashboard),
      ...panels
        .filter(({ type }) => type !== 'text')
        .flatMap((panel) => [
          ...missing(panel.datasource?.uid, `${uid} / ${panel.title}`),
          ...(panel.targets ?? []).flatMap((target) =>
            missing((target as { datasource?: { uid?: string } }).datasource?.uid, `${uid} / ${panel.title}`),
          ),
        ]),
      ...variablesOf(dashboard)
        .filter((variable) => isQuery(variable))
        .flatMap(({ name, datasource }) => missing(datasource?.uid, `${uid} / $${name}`)),
      ...(dashboard.annotations.list ?? [])
        .filter(({ builtIn }) => builtIn !== 1)
        .flatMap(({ name, datasource }) => missing(datasource?.uid, `${uid} / ${name}`)),
    ];
  }),
  ...v2.flatMap(({ metadata, spec }) => {
    const queries = objectsIn(spec).filter((object) => object['kind'] === 'DataQuery' && object['group'] !== 'grafana');
    return queries.flatMap(({ datasource }) =>
      missing((datasource as { name?: string } | undefined)?.name, `${metadata.name} in v2`),
    );
  }),
];

function missing(uid: string | undefined, where: string): readonly string[] {
  return uid === CHOSEN ? [] : [`${where}: the data source is ${uid}`];
}

const CHOSEN = '${datasource}';

function fixed(uid: string, dashboard: DashboardV1): readonly string[] {
  const problems = objectsIn(dashboard)
    .flatMap((object) => Object.keys(object))
    .includes('__inputs')
    ? [`${uid}: __inputs, which file provisioning does not fill in`]
    : [];
  const names = stringsIn(dashboard).filter((text) => /\$\{DS_/.test(text));
  return [...problems, ...names.map((name) => `${uid}: ${name} is for imports by hand only`)];
}

/** The variables are those that people expect: chosen data source, several at once, up to date, none that is not there. */
export const variablesAreUsual: Check = ({ v1 }) =>
  v1.flatMap((dashboard) => {
    const variables = variablesOf(dashboard);
    const say = (what: string): string => `${dashboard.uid}: ${what}`;
    const sources = variables.filter(({ type }) => (type as string) === 'datasource');
    const [source] = sources;
    return [
      ...(sources.length === 1 && source?.name === 'datasource' && source.label === 'Data source'
        ? []
        : [say('not one data source to choose')]),
      ...(variables.some(({ name }) => name === 'job' || name === 'host') || !asks(dashboard)
        ? []
        : [say('neither job nor host')]),
      ...variables.filter(isQuery).flatMap((variable) => {
        const { name, refresh, multi, includeAll, allValue, label, definition } = variable;
        const values = labelValuesOf(variable);
        const problems: string[] = [];
        if (values === undefined) problems.push(say(`$${name} is not label_values`));
        if (definition !== (variable.query as { query?: string }).query)
          problems.push(say(`$${name} is defined twice`));
        if (refresh !== VariableRefresh.OnTimeRangeChanged) problems.push(say(`$${name} is not up to date`));
        if (!label) problems.push(say(`$${name} has no label`));
        const takesAll = multi === true && includeAll === true && (allValue === '.+' || allValue === '.*');
        if (['job', 'instance', 'host'].includes(name) && !takesAll) problems.push(say(`$${name} is not several`));
        if (['job', 'instance', 'host'].includes(name) && allValue !== '.+')
          problems.push(say(`$${name}: all is ${allValue}`));
        return problems;
      }),
    ];
  });

/** Not so one of texts only, which has the data source just to hand it on. */
function asks(dashboard: DashboardV1): boolean {
  return panelsOf(dashboard).some((panel) => targetsOf(panel).length > 0);
}

function isQuery({ type }: VariableModel): boolean {
  return (type as string) === 'query';
}

/** All texts in a value, however deep. */
export function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

function objectsIn(value: unknown): ReadonlyArray<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inside : [value as Readonly<Record<string, unknown>>, ...inside];
}
