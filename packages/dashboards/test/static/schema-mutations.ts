import type { PanelKind } from '@grafana/grafana-foundation-sdk/dashboardv2';
import { targetsOf, variablesOf } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import { dashboard, first, misspell, ofType, open, query } from './mutation.ts';
import type { Mutation } from './mutation.ts';

/** A name that is misspelt: where it stands, and in which schema. */
type Misspelt = readonly [where: string, find: (all: Bundle) => unknown, name: string];

const inV1: readonly Misspelt[] = [
  ['a dashboard', (all) => dashboard(all), 'editable'],
  ['a panel', (all) => ofType(all, 'stat'), 'description'],
  ['a place', (all) => ofType(all, 'stat').gridPos, 'w'],
  ['options of a stat', (all) => ofType(all, 'stat').options, 'colorMode'],
  ['options of a time series', (all) => ofType(all, 'timeseries').options, 'legend'],
  ['the legend', (all) => open(ofType(all, 'timeseries').options)['legend'], 'showLegend'],
  ['options of a table', (all) => ofType(all, 'table').options, 'showHeader'],
  ['options of a heatmap', (all) => ofType(all, 'heatmap').options, 'yAxis'],
  ['options of a text', (all) => ofType(all, 'text').options, 'content'],
  ['how lines are drawn', (all) => ofType(all, 'timeseries').fieldConfig?.defaults.custom, 'fillOpacity'],
  ['the field of a panel', (all) => ofType(all, 'stat').fieldConfig?.defaults, 'unit'],
  ['thresholds', (all) => ofType(all, 'stat').fieldConfig?.defaults.thresholds, 'steps'],
  ['a query', (all) => query(all, /./), 'legendFormat'],
  ['a transformation', (all) => transformation(all, 'organize'), 'renameByName'],
  ['a variable', (all) => first(variablesOf(dashboard(all))), 'label'],
  ['the query of a variable', (all) => variablesOf(dashboard(all))[1]?.query, 'qryType'],
  ['an annotation', (all) => annotation(all), 'titleFormat'],
  ['a link', (all) => dashboard(all).links?.[0], 'keepTime'],
];

const inV2: readonly Misspelt[] = [
  ['a resource', ({ v2 }) => first(v2), 'apiVersion'],
  ['a dashboard', ({ v2 }) => first(v2).spec, 'cursorSync'],
  ['its times', ({ v2 }) => first(v2).spec.timeSettings, 'autoRefresh'],
  ['a panel', (all) => ofTypeV2(all, 'stat').spec, 'description'],
  ['options of a stat', (all) => ofTypeV2(all, 'stat').spec.vizConfig.spec.options as unknown, 'graphMode'],
  [
    'how lines are drawn',
    (all) => ofTypeV2(all, 'timeseries').spec.vizConfig.spec.fieldConfig.defaults.custom as unknown,
    'lineWidth',
  ],
  ['a query', (all) => first(ofTypeV2(all, 'stat').spec.data.spec.queries).spec, 'refId'],
  [
    'what Prometheus is asked',
    (all) => first(ofTypeV2(all, 'stat').spec.data.spec.queries).spec.query.spec as unknown,
    'expr',
  ],
  ['a variable', ({ v2 }) => first(first(v2).spec.variables).spec, 'allowCustomValue'],
  ['the query of an annotation', (all) => annotationV2(all).query.spec as unknown, 'interval'],
  ['the rest of an annotation', (all) => annotationV2(all).legacyOptions, 'useValueForTime'],
  ['the layout', ({ v2 }) => first(v2).spec.layout.spec, 'rows'],
];

/** Faults in the form of the files, and differences between the two schemas. */
export const schemaMutations: readonly Mutation[] = [
  ...inV1.map(([where, find, name]): Mutation => ({
    name: `${name} of ${where} is misspelt`,
    spoil: (all) => misspell(find(all), name),
    found: 'schemaV1Holds',
  })),
  ...inV2.map(([where, find, name]): Mutation => ({
    name: `${name} of ${where} is misspelt in schema v2`,
    spoil: (all) => misspell(find(all), name),
    found: 'schemaV2Holds',
  })),
  {
    name: 'an override of what there is not',
    spoil: (all) => {
      const [override] = all.v1
        .flatMap(({ panels = [] }) => panels)
        .flatMap((one) => ('fieldConfig' in one ? (one.fieldConfig?.overrides ?? []) : []));
      open(first(override?.properties ?? []))['id'] = 'custom.lineStile';
    },
    found: 'schemaV1Holds',
  },
  {
    name: 'a way to draw that there is not',
    spoil: (all) => {
      open(ofType(all, 'stat').options)['graphMode'] = 'areas';
    },
    found: 'schemaV1Holds',
  },
  {
    name: 'a panel without its place',
    spoil: (all) => {
      open(ofType(all, 'stat').gridPos)['h'] = undefined;
      delete open(ofType(all, 'stat').gridPos)['h'];
    },
    found: 'schemaV1Holds',
  },
  {
    name: 'annotations in a menu, as the SDK writes them',
    spoil: (all) => {
      open(annotation(all))['placement'] = 'inControlsMenu';
    },
    found: 'schemaV1Holds',
  },
  {
    name: 'schema v2 lacks a dashboard',
    spoil: ({ v2 }) => {
      v2.pop();
    },
    found: 'schemasAgree',
  },
  {
    name: 'schema v2 lacks a panel',
    spoil: ({ v2 }) => {
      const { elements } = first(v2).spec;
      delete elements[first(Object.keys(elements))];
    },
    found: 'schemasAgree',
  },
  {
    name: 'schema v2 asks something else',
    spoil: (all) => {
      open(first(ofTypeV2(all, 'stat').spec.data.spec.queries).spec.query.spec)['expr'] = 'up';
    },
    found: 'schemasAgree',
  },
  {
    name: 'schema v2 shows it differently',
    spoil: (all) => {
      open(ofTypeV2(all, 'stat').spec.vizConfig.spec.fieldConfig.defaults)['unit'] = 'short';
    },
    found: 'schemasAgree',
  },
  {
    name: 'schema v2 lacks an annotation',
    spoil: ({ v2 }) => {
      first(v2, ({ spec }) => spec.annotations.length > 1).spec.annotations.pop();
    },
    found: 'schemasAgree',
  },
  {
    name: 'schema v2 has a panel that is nowhere',
    spoil: ({ v2 }) => {
      const { layout } = first(v2, ({ spec }) => spec.layout.kind === 'RowsLayout').spec;
      if (layout.kind === 'RowsLayout') layout.spec.rows.pop();
    },
    found: 'gridIsFilled',
  },
  {
    name: 'schema v2 has a fixed data source',
    spoil: (all) => {
      first(ofTypeV2(all, 'stat').spec.data.spec.queries).spec.query.datasource = { name: 'prometheus' };
    },
    found: 'datasourceIsChosen',
  },
  {
    name: 'a query that stands in one schema only',
    spoil: (all) => {
      const targets = targetsOf(ofType(all, 'timeseries'));
      open(ofType(all, 'timeseries'))['targets'] = [...targets, { ...targets[0], refId: 'Z' }];
    },
    found: 'schemasAgree',
  },
];

function transformation(all: Bundle, id: string): unknown {
  return first(ofType(all, 'table').transformations ?? [], (one) => one.id === id).options;
}

function annotation({ v1 }: Bundle): unknown {
  return first(
    v1.flatMap(({ annotations }) => annotations.list ?? []),
    ({ builtIn }) => builtIn !== 1,
  );
}

function annotationV2({ v2 }: Bundle): Bundle['v2'][number]['spec']['annotations'][number]['spec'] {
  return first(
    v2.flatMap(({ spec }) => spec.annotations),
    ({ spec }) => spec.builtIn !== true,
  ).spec;
}

function ofTypeV2({ v2 }: Bundle, type: string): PanelKind {
  const panels = v2
    .flatMap(({ spec }) => Object.values(spec.elements))
    .filter((one): one is PanelKind => one.kind === 'Panel');
  return first(panels, ({ spec }) => spec.vizConfig.group === type);
}
