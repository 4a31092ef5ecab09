import type { Annotation, Dashboard, Query, QueryPanel, QueryVariable } from '../dashboard.ts';
import { allValue } from '../grafana/variables.ts';
import { refId } from '../grafana/targets.ts';
import { interpolate } from '../interpolate.ts';
import type { Values } from '../interpolate.ts';
import type { ResultSeries } from './loaded.ts';
import type { PrometheusClient } from './prometheus-client.ts';

/** A query of a panel, and where it stands. */
export interface PanelQuery {
  readonly dashboard: Dashboard;
  readonly panel: QueryPanel;
  /** The letter of the query in its panel. */
  readonly refId: string;
  readonly query: Query;
}

/** What became of a query. */
export interface Outcome<Asked = PanelQuery> {
  readonly asked: Asked;
  /** What was sent. */
  readonly expr: string;
  readonly series: readonly ResultSeries[];
  /** How many, of all series. */
  readonly samples: number;
  /** Those of them that a panel can draw. */
  readonly finite: number;
  /** Names of the labels of all series. */
  readonly labels: ReadonlySet<string>;
  /** Why there is no result. */
  readonly error?: Error;
}

/** A mark on a dashboard's time axis. */
export interface AnnotationQuery {
  readonly dashboard: Dashboard;
  readonly annotation: Annotation;
}

/** A choice at the top of a dashboard whose values Prometheus knows. */
export interface VariableQuery {
  readonly dashboard: Dashboard;
  readonly variable: QueryVariable;
}

/** Which time range is looked at. */
export interface LookedAt {
  readonly scrapeIntervalS: number;
  readonly rangeS: number;
  readonly stepS: number;
}

/** The values of a dashboard's variables. */
export type ValuesOf = (dashboard: Dashboard) => Values;

// Grafana asks for what a browser lets it: six at a time.
const AT_ONCE = 6;

/** All queries of all panels, those of collapsed rows too. */
export function panelQueries(dashboards: readonly Dashboard[]): readonly PanelQuery[] {
  return dashboards.flatMap((dashboard) =>
    dashboard.rows.flatMap(({ panels }) =>
      panels
        .filter((panel) => panel.type !== 'text')
        .flatMap((panel) => panel.queries.map((query, index) => ({ dashboard, panel, refId: refId(index), query }))),
    ),
  );
}

/** All marks on the time axes. */
export function annotationQueries(dashboards: readonly Dashboard[]): readonly AnnotationQuery[] {
  return dashboards.flatMap((dashboard) =>
    (dashboard.annotations ?? []).map((annotation) => ({ dashboard, annotation })),
  );
}

/** All choices at the top whose values Prometheus knows. */
export function variableQueries(dashboards: readonly Dashboard[]): readonly VariableQuery[] {
  return dashboards.flatMap((dashboard) =>
    dashboard.variables.filter(({ type }) => type === 'query').map((variable) => ({ dashboard, variable })),
  ) as readonly VariableQuery[];
}

/** A dashboard as it is opened: all of everything, and the first where only one can be chosen. */
export function initialValues({ variables }: Dashboard, at: LookedAt): Values {
  const chosen = variables.map((variable): [string, string] => [
    variable.name,
    variable.type === 'query' ? allValue(variable) : (Object.keys(variable.values)[0] ?? ''),
  ]);
  return { ...at, variables: Object.fromEntries(chosen) };
}

/**
 * Runs queries of panels as Grafana does: those for one value at the end of the time range, the others in steps over it.
 * An error of one is its outcome, and the others go on.
 *
 * @param endS end of the time range, in seconds since 1970; now unless told
 * @example
 *   const at = { scrapeIntervalS: 15, rangeS: 3600, stepS: 15 };
 *   const outcomes = await run(client, panelQueries(dashboards), (dashboard) => initialValues(dashboard, at));
 *   const empty = outcomes.filter(({ finite }) => finite === 0);
 */
export function run(
  client: PrometheusClient,
  queries: readonly PanelQuery[],
  values: ValuesOf,
  endS: number = now(),
): Promise<readonly Outcome[]> {
  return eachOf(queries, (asked) =>
    outcome(asked, asked.query.expr, values(asked.dashboard), (expr, { rangeS, stepS }) =>
      asked.query.instant === true
        ? client.query(expr, endS)
        : client.queryRange(expr, ...steps(endS, rangeS, stepS), stepS),
    ),
  );
}

/** Runs the queries of marks, which Grafana asks for in steps. */
export function runAnnotations(
  client: PrometheusClient,
  queries: readonly AnnotationQuery[],
  values: ValuesOf,
  endS: number = now(),
): Promise<ReadonlyArray<Outcome<AnnotationQuery>>> {
  return eachOf(queries, (asked) =>
    outcome(asked, asked.annotation.expr, values(asked.dashboard), (expr, { rangeS, stepS }) =>
      client.queryRange(expr, ...steps(endS, rangeS, stepS), stepS),
    ),
  );
}

/** Asks for the values of variables: each is a series that has the variable's label. */
export function runVariables(
  client: PrometheusClient,
  queries: readonly VariableQuery[],
  values: ValuesOf,
): Promise<ReadonlyArray<Outcome<VariableQuery>>> {
  return eachOf(queries, (asked) => {
    const { label, of } = asked.variable;
    return outcome(asked, of, values(asked.dashboard), async (match) =>
      (await client.labelValues(label, match)).map((value) => ({ labels: { [label]: value }, samples: [[now(), 1]] })),
    );
  });
}

async function outcome<Asked>(
  asked: Asked,
  template: string,
  values: Values,
  ask: (expr: string, values: Values) => Promise<readonly ResultSeries[]>,
): Promise<Outcome<Asked>> {
  let expr = template;
  try {
    expr = interpolate(template, values);
    const series = await ask(expr, values);
    const samples = series.flatMap((one) => one.samples);
    return {
      asked,
      expr,
      series,
      samples: samples.length,
      finite: samples.filter(([, value]) => Number.isFinite(value)).length,
      labels: new Set(series.flatMap(({ labels }) => Object.keys(labels))),
    };
  } catch (error) {
    return { asked, expr, series: [], samples: 0, finite: 0, labels: new Set(), error: error as Error };
  }
}

/** Some at a time, in their order. */
async function eachOf<In, Out>(all: readonly In[], act: (one: In) => Promise<Out>): Promise<readonly Out[]> {
  const results: Out[] = [];
  const left = all.entries();
  const worker = async (): Promise<void> => {
    for (const [index, one] of left) results[index] = await act(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

// Grafana's steps are multiples of the step, so that two looks at the same time range see the same.
function steps(endS: number, rangeS: number, stepS: number): [startS: number, endS: number] {
  const floor = (timeS: number): number => Math.floor(timeS / stepS) * stepS;
  return [floor(endS - rangeS), floor(endS)];
}

function now(): number {
  return Date.now() / 1000;
}
