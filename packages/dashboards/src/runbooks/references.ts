import type { DashboardConfig } from '../config.ts';
import type { Dashboard, Panel } from '../dashboard.ts';
import { interpolate } from '../interpolate.ts';
import type { Values } from '../interpolate.ts';

/** A panel and the dashboard that it is in. */
export interface Found {
  readonly dashboard: Dashboard;
  readonly panel: Panel;
}

/**
 * The panel of a reference such as `outrider-api/21`.
 *
 * @throws {Error} if there is none
 */
export function findPanel(reference: string, dashboards: readonly Dashboard[]): Found {
  const [uid, id] = reference.split('/');
  const dashboard = findDashboard(uid ?? '', dashboards);
  const panel = dashboard.rows.flatMap(({ panels }) => panels).find((one) => String(one.id) === id);
  if (panel === undefined) throw new Error(`${dashboard.uid} has no panel ${id}`);
  return { dashboard, panel };
}

/**
 * The dashboard of a uid.
 *
 * @throws {Error} if there is none
 */
export function findDashboard(uid: string, dashboards: readonly Dashboard[]): Dashboard {
  const found = dashboards.find((dashboard) => dashboard.uid === uid);
  if (found === undefined) throw new Error(`there is no dashboard ${uid}`);
  return found;
}

/**
 * A query of a panel as one can paste it into Prometheus: for everything that the dashboard's variables let one choose.
 *
 * @throws {Error} if the panel has no such query
 */
export function pastable({ dashboard, panel }: Found, query: number | string, config: DashboardConfig): string {
  const expr = exprOf(panel, query);
  if (expr === undefined) throw new Error(`${dashboard.uid} / ${panel.title} has no query ${query}`);
  return interpolate(expr, valuesOf(dashboard, config));
}

function exprOf(panel: Panel, query: number | string): string | undefined {
  if (panel.type === 'text') return undefined;
  if (typeof query === 'number') return panel.queries[query]?.expr;
  const column = panel.type === 'table' ? panel.columns.find(({ title }) => title === query) : undefined;
  return typeof column?.of === 'number' ? panel.queries[column.of]?.expr : undefined;
}

// Rates of five minutes, which rules mostly ask for, too, in a range of an hour.
const WINDOW_S = 300;
const RANGE_S = 3600;

function valuesOf({ variables }: Dashboard, { scrapeIntervalS }: DashboardConfig): Values {
  return {
    scrapeIntervalS,
    stepS: WINDOW_S - scrapeIntervalS,
    rangeS: RANGE_S,
    variables: Object.fromEntries(
      variables.map((variable) => {
        if (variable.type === 'custom') return [variable.name, Object.keys(variable.values)[0] ?? ''];
        return [variable.name, variable.optional === true ? '.*' : '.+'];
      }),
    ),
  };
}
