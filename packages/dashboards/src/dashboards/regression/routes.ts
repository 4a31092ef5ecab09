import type { DashboardConfig } from '../../config.ts';
import type { Column, Query, TablePanel } from '../../dashboard.ts';
import { byRoute, p95OfCurrent, p95OfPrevious, rateOfCurrent } from '../../measures/releases.ts';
import {
  comparable,
  comparableBefore,
  p95Before,
  p95Now,
  regressed,
  ROUTE,
  secondsLost,
  slower,
} from '../../measures/regressions.ts';
import { CHOSEN_BASELINE, RATES, RATE_WINDOW_S } from '../../measures/recorded.ts';
import { duration } from '../../rules/text.ts';
import { panelScope } from '../../scope.ts';
import { CHOSEN, CHOSEN_RELEASES } from './chosen.ts';
import { FIRST_RELEASE, NO_HISTORY } from './nothing-to-compare.ts';

const APPLICATION: Column = { of: 'job', title: 'Application' };
const LINKED_ROUTE: Column = {
  of: 'http_route',
  title: 'Route',
  link: { dashboard: 'outrider-api', variables: { job: 'Application', route: 'Route' } },
};
const LOST = 'Lost per second';

/** Whether both hold that an alert takes, the ratio and the difference: either alone is no regression. */
function regressedColumn(of: number): Column {
  return {
    of,
    title: 'Regressed',
    unit: 'none',
    names: { 0: 'no', 1: 'yes' },
    marks: [{ from: 1, colour: 'red' }],
  };
}

/** 1 of the routes that regressed, 0 of the others. */
function flagged(those: string, all: string): string {
  return `count by (${ROUTE}) (${those}) or 0 * (${all})`;
}

function asked(expr: string, emptyIsHealthy: string): Query {
  return { expr, legend: '{{job}} {{http_route}}', instant: true, emptyIsHealthy };
}

/** Routes as they are now, against what they were. */
export function againstBaseline({ thresholds }: DashboardConfig): TablePanel {
  const limits = thresholds.regression;
  const now = p95Now(CHOSEN);
  const before = p95Before(CHOSEN_BASELINE, CHOSEN);
  const rate = `${RATES.count}${CHOSEN}`;
  const query = (expr: string): Query => asked(comparable(expr, limits, CHOSEN_BASELINE, CHOSEN), NO_HISTORY);
  return {
    id: 20,
    type: 'table',
    title: 'Routes against the baseline',
    description: `Every route with at least ${limits.minimumRequests} requests in 5 minutes, now and then, those first that cost the most: seconds that clients wait longer in each second. A route called often that is 10 ms slower costs more than a rare one that is three times slower. Regressed is what takes more than ${limits.ratio} times as long and more than ${duration(limits.differenceS)} longer, as for the alert.`,
    width: 24,
    height: 10,
    sortBy: LOST,
    columns: [
      APPLICATION,
      LINKED_ROUTE,
      { of: 0, title: 'p95 now', unit: 's' },
      { of: 1, title: 'p95 then', unit: 's' },
      { of: 2, title: 'Times slower', unit: 'none', decimals: 2 },
      { of: 3, title: 'Slower by', unit: 's' },
      regressedColumn(7),
      { of: 4, title: 'Requests a second', unit: 'reqps', decimals: 2 },
      { of: 5, title: 'Requests in 5 min', unit: 'none', decimals: 0 },
      { of: 6, title: LOST, unit: 's' },
    ],
    queries: [
      query(now),
      query(before),
      query(`${now} / on (${ROUTE}) ${before}`),
      query(`${now} - on (${ROUTE}) ${before}`),
      query(rate),
      query(`${rate} * ${RATE_WINDOW_S}`),
      query(secondsLost(CHOSEN_BASELINE, CHOSEN)),
      asked(
        flagged(
          regressed(limits, comparableBefore(limits, CHOSEN_BASELINE, CHOSEN), CHOSEN),
          comparable(now, limits, CHOSEN_BASELINE, CHOSEN),
        ),
        NO_HISTORY,
      ),
    ],
  };
}

/** Routes in the current release, against the one before. */
export function againstRelease(config: DashboardConfig): TablePanel {
  const limits = config.thresholds.regression;
  const scope = panelScope(config);
  const current = byRoute(p95OfCurrent(scope, limits, CHOSEN_RELEASES));
  const previous = byRoute(p95OfPrevious(scope, limits, CHOSEN_RELEASES));
  const query = (expr: string): Query => asked(expr, FIRST_RELEASE);
  return {
    id: 30,
    type: 'table',
    title: 'Now against the release before',
    description: `95th percentile of each route in the current release, in the last 5 minutes, and in the release before it, over the last day. Routes with at least ${limits.minimumRequests} requests in 5 minutes of both. Regressed is what takes more than ${limits.ratio} times as long and more than ${duration(limits.differenceS)} longer, as for the alert.`,
    width: 24,
    height: 9,
    sortBy: 'Slower by',
    columns: [
      APPLICATION,
      LINKED_ROUTE,
      { of: 0, title: 'p95 now', unit: 's' },
      { of: 1, title: 'p95 before', unit: 's' },
      { of: 2, title: 'Times slower', unit: 'none', decimals: 2 },
      { of: 3, title: 'Slower by', unit: 's' },
      regressedColumn(5),
      { of: 4, title: 'Requests a second', unit: 'reqps', decimals: 2 },
    ],
    queries: [
      query(`${current} and on (${ROUTE}) ${previous}`),
      query(`${previous} and on (${ROUTE}) ${current}`),
      query(`${current} / on (${ROUTE}) ${previous}`),
      query(`${current} - on (${ROUTE}) ${previous}`),
      query(
        `${rateOfCurrent(scope, limits, CHOSEN_RELEASES)} and on (${ROUTE}) ${current} and on (${ROUTE}) ${previous}`,
      ),
      query(flagged(slower(limits, current, previous), `${current} and on (${ROUTE}) ${previous}`)),
    ],
  };
}
