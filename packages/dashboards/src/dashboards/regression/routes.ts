import type { DashboardConfig } from '../../config.ts';
import type { Column, TablePanel } from '../../dashboard.ts';
import { byRoute, p95OfCurrent, p95OfPrevious, rateOfCurrent } from '../../measures/releases.ts';
import { comparable, p95Before, p95Now, ROUTE, secondsLost } from '../../measures/regressions.ts';
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

/** Routes as they are now, against what they were. */
export function againstBaseline({ thresholds }: DashboardConfig): TablePanel {
  const limits = thresholds.regression;
  const now = p95Now(CHOSEN);
  const before = p95Before(CHOSEN_BASELINE, CHOSEN);
  const rate = `${RATES.count}${CHOSEN}`;
  const query = (expr: string): TablePanel['queries'][number] => ({
    expr: comparable(expr, limits, CHOSEN_BASELINE, CHOSEN),
    legend: '{{job}} {{http_route}}',
    instant: true,
    emptyIsHealthy: NO_HISTORY,
  });
  return {
    id: 20,
    type: 'table',
    title: 'Routes against the baseline',
    description: `Every route with at least ${limits.minimumRequests} requests in 5 minutes, now and then, those first that cost the most: seconds that clients wait longer in each second. A route called often that is 10 ms slower costs more than a rare one that is three times slower. Red beyond ${limits.ratio} times and ${duration(limits.differenceS)}.`,
    width: 24,
    height: 10,
    sortBy: LOST,
    columns: [
      APPLICATION,
      LINKED_ROUTE,
      { of: 0, title: 'p95 now', unit: 's' },
      { of: 1, title: 'p95 then', unit: 's' },
      { of: 2, title: 'Times slower', unit: 'none', decimals: 2, marks: [{ from: limits.ratio, colour: 'red' }] },
      { of: 3, title: 'Slower by', unit: 's', marks: [{ from: limits.differenceS, colour: 'red' }] },
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
    ],
  };
}

/** Routes in the current release, against the one before. */
export function againstRelease(config: DashboardConfig): TablePanel {
  const limits = config.thresholds.regression;
  const scope = panelScope(config);
  const current = byRoute(p95OfCurrent(scope, limits, CHOSEN_RELEASES));
  const previous = byRoute(p95OfPrevious(scope, limits, CHOSEN_RELEASES));
  const query = (expr: string): TablePanel['queries'][number] => ({
    expr,
    legend: '{{job}} {{http_route}}',
    instant: true,
    emptyIsHealthy: FIRST_RELEASE,
  });
  return {
    id: 30,
    type: 'table',
    title: 'Now against the release before',
    description: `95th percentile of each route in the current release, in the last 5 minutes, and in the release before it, over the last day. Routes with at least ${limits.minimumRequests} requests in 5 minutes of both. Red beyond ${limits.ratio} times and ${duration(limits.differenceS)}.`,
    width: 24,
    height: 9,
    sortBy: 'Slower by',
    columns: [
      APPLICATION,
      LINKED_ROUTE,
      { of: 0, title: 'p95 now', unit: 's' },
      { of: 1, title: 'p95 before', unit: 's' },
      { of: 2, title: 'Times slower', unit: 'none', decimals: 2, marks: [{ from: limits.ratio, colour: 'red' }] },
      { of: 3, title: 'Slower by', unit: 's', marks: [{ from: limits.differenceS, colour: 'red' }] },
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
    ],
  };
}
