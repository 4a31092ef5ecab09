import type {
  Dashboard as DashboardV1,
  Panel,
  RowPanel,
  VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import { parse as parseYaml } from 'yaml';
import type { DashboardConfig } from '../../src/config.ts';
import { generatedFiles } from '../../src/files.ts';
import type { DashboardResource } from '../../src/grafana/v2.ts';
import { interpolate, variablesIn } from '../../src/interpolate.ts';
import { parse } from './promql.ts';
import type { Expression } from './promql.ts';

/** A rule as a rule file has it. */
export interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A group of rules as a rule file has it. */
export interface Group {
  name: string;
  interval: string;
  rules: Rule[];
}

/** All that is generated, as those read it who use it. Tests may spoil theirs. */
export interface Bundle {
  config: DashboardConfig;
  v1: DashboardV1[];
  v2: DashboardResource[];
  groups: Group[];
}

/** What is wrong with a bundle: one line a fault, with the place of it. */
export type Check = (bundle: Bundle) => readonly string[];

/** Reads back what is generated for a configuration. */
export function bundleOf(config: DashboardConfig, files: ReadonlyMap<string, string> = generatedFiles(config)): Bundle {
  const under = <T>(folder: string): T[] =>
    [...files].flatMap(([path, text]) => (path.startsWith(folder) ? [JSON.parse(text) as T] : []));
  const rules = parseYaml(files.get('prometheus/rules/outrider.yml') ?? '') as { groups: Group[] };
  return {
    config,
    v1: under('grafana/dashboards/'),
    v2: under('grafana/dashboards-v2/'),
    groups: rules.groups,
  };
}

/** All panels of a dashboard, those in folded rows too, without headings. */
export function panelsOf({ panels = [] }: DashboardV1): readonly Panel[] {
  return panels.flatMap((panel) => (isRow(panel) ? panel.panels : [panel]));
}

/** Panels and headings. */
export function boxesOf({ panels = [] }: DashboardV1): ReadonlyArray<Panel | RowPanel> {
  return panels.flatMap((panel) => (isRow(panel) ? [panel, ...panel.panels] : [panel]));
}

export function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === 'row';
}

/** What a panel asks, as JSON has it. */
export function targetsOf({ targets = [] }: Panel): readonly Dataquery[] {
  return targets as Dataquery[];
}

export function variablesOf({ templating }: DashboardV1): readonly VariableModel[] {
  return templating.list ?? [];
}

/** Series and label of `label_values(series, label)`; undefined for any other variable. */
export function labelValuesOf({ query }: VariableModel): { readonly of: string; readonly label: string } | undefined {
  const text = typeof query === 'object' ? String(query['query']) : '';
  const found = /^label_values\((?<of>.*), (?<label>\w+)\)$/.exec(text)?.groups;
  return found === undefined ? undefined : { of: found['of'] ?? '', label: found['label'] ?? '' };
}

/** One question to Prometheus. */
export interface Asked {
  /** Where it stands, for people. */
  readonly where: string;
  readonly dashboard: DashboardV1;
  /** Undefined for an annotation. */
  readonly panel?: Panel;
  readonly target?: Dataquery;
  /** As it stands there. */
  readonly raw: string;
  /** As Prometheus gets it, once for every value of the variables that have few. */
  readonly exprs: readonly string[];
  /** Those of them that are PromQL; another check complains of the rest. */
  readonly parsed: readonly Expression[];
}

// Values that no expression has by itself, so that one can tell in it what was a variable.
const SCRAPE_S = 15;
export const RATE_INTERVAL_S = 1001;
export const RANGE_S = 7207;
const TIMES = { scrapeIntervalS: SCRAPE_S, stepS: RATE_INTERVAL_S - SCRAPE_S, rangeS: RANGE_S };

/** Every query of panels and annotations. */
export function asked({ v1 }: Bundle): readonly Asked[] {
  return v1.flatMap((dashboard) => [
    ...panelsOf(dashboard).flatMap((panel) =>
      targetsOf(panel).map((target) => ({
        where: `${dashboard.uid} / ${panel.title} / ${target.refId}`,
        panel,
        target,
        ...question(target.expr, dashboard),
      })),
    ),
    ...(dashboard.annotations.list ?? []).flatMap(({ name, expr }) =>
      expr === undefined ? [] : [{ where: `${dashboard.uid} / ${name}`, ...question(expr, dashboard) }],
    ),
  ]);
}

function question(raw: string, dashboard: DashboardV1): Omit<Asked, 'where'> {
  const exprs = interpolated(raw, dashboard);
  return { dashboard, raw, exprs, parsed: exprs.flatMap(parsedOrNothing) };
}

/** What an expression consists of; nothing if it is no PromQL. */
export function parsedOrNothing(expr: string): readonly Expression[] {
  let known = parsedBefore.get(expr);
  if (known === undefined) {
    try {
      known = [parse(expr)];
    } catch {
      known = [];
    }
    parsedBefore.set(expr, known);
  }
  return known;
}

// Every check reads the same few hundred expressions.
const parsedBefore = new Map<string, readonly Expression[]>();

/** An expression as Grafana would send it, once for every value of the custom variables in it. */
export function interpolated(expr: string, dashboard: DashboardV1): readonly string[] {
  const names = variablesIn(expr);
  const custom = variablesOf(dashboard).find(({ type, name }) => (type as string) === 'custom' && names.includes(name));
  const values = custom === undefined ? [''] : customValues(custom);
  const others = Object.fromEntries(names.map((name) => [name, `any ${name}`]));
  return values.map((value) =>
    interpolate(expr, { ...TIMES, variables: custom === undefined ? others : { ...others, [custom.name]: value } }),
  );
}

/** The values of a variable's `text : value,text : value`. */
function customValues({ query }: VariableModel): readonly string[] {
  return (typeof query === 'string' ? query : '').split(',').map((choice) => choice.split(' : ').at(-1)?.trim() ?? '');
}
