import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { errorShare, latency, slowerRequests, timeSpent } from '../../measures/requests.ts';
import { duration } from '../../rules/text.ts';
import { panelScope } from '../../scope.ts';
import { CHOSEN, ROUTE, chosenRequests } from './selection.ts';

/** All routes in the time range, side by side. */
export function slowestRoutes(config: DashboardConfig): Row {
  const scope = { ...panelScope(config), window: '$__range' };
  const chosen = chosenRequests(config, scope);
  const { warnS, highS, slowS } = config.thresholds.latency;
  const spent = 'Seconds spent a second';
  const slower = `Over ${duration(slowS)}`;
  // Without requests in the time range shares and percentiles are not a number: such a route is left out.
  const ofServed = (vector: string): string => `${vector} >= 0`;
  const served = `${chosen.all(ROUTE)} > 0`;
  const percentile = (q: number): string => ofServed(latency(q, scope, ROUTE, CHOSEN));
  const latencyColumn = {
    unit: 's',
    marks: [
      { from: warnS, colour: 'yellow' },
      { from: highS, colour: 'red' },
    ],
  } as const;
  return {
    id: 102,
    title: 'Routes',
    panels: [
      {
        id: 30,
        type: 'table',
        title: 'Slowest routes',
        description: `Routes in the chosen time range, those that most time is spent on first: they are worth the most. ${slower}: how many requests took longer. A click on a route shows it alone.`,
        width: 24,
        height: 10,
        queries: [
          served,
          percentile(0.5),
          percentile(0.95),
          percentile(0.99),
          ofServed(errorShare(chosen, ROUTE)),
          `clamp_min(${slowerRequests(scope, config, slowS, ROUTE, CHOSEN)}, 0) and ${served}`,
          `${timeSpent(scope, ROUTE, CHOSEN)} > 0`,
        ].map((expr) => ({ expr, legend: '{{job}} {{http_route}}', instant: true })),
        columns: [
          {
            of: 'http_route',
            title: 'Route',
            link: { dashboard: 'outrider-api', variables: { job: 'Application', route: 'Route' } },
          },
          { of: 'job', title: 'Application' },
          { of: 0, title: 'Requests', unit: 'reqps' },
          { of: 1, title: 'p50', ...latencyColumn },
          { of: 2, title: 'p95', ...latencyColumn },
          { of: 3, title: 'p99', ...latencyColumn },
          {
            of: 4,
            title: 'Errors',
            unit: 'percentunit',
            marks: [{ from: config.thresholds.errors.share, colour: 'red' }],
          },
          { of: 5, title: slower, unit: 'none', decimals: 0 },
          { of: 6, title: spent, unit: 'none', decimals: 3 },
        ],
        sortBy: spent,
      },
    ],
  };
}
