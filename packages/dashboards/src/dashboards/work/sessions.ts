import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { quantileOf } from '../../measures/quantile.ts';
import { total, totalRate } from '../../measures/totals.ts';
import { sharedRequests } from '../../measures/work.ts';
import { panelScope } from '../../scope.ts';

/** What users do, and what is done once for several of them. */
export function sessions(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { application, window } = scope;
  return {
    id: 104,
    title: 'User sessions and deduplication',
    panels: [
      {
        id: 50,
        type: 'timeseries',
        title: 'Active sessions, all workers',
        description:
          'User sessions that are not over yet, by kind; a user who is served by several workers is counted in each.',
        width: 12,
        unit: 'short',
        min: 0,
        queries: [
          { expr: total(application('session.active'), 'job, session_kind'), legend: '{{job}} {{session_kind}}' },
        ],
      },
      {
        id: 51,
        type: 'timeseries',
        title: 'Length of sessions',
        description:
          'Of those that ended: half of them, and 95 of 100, were no longer, from the first to the last activity.',
        width: 12,
        unit: 's',
        min: 0,
        queries: [0.5, 0.95].map((q) => ({
          expr: quantileOf(q, 'session.duration', scope, 'job, session_kind'),
          legend: `{{job}} {{session_kind}} p${q * 100}`,
        })),
      },
      {
        id: 52,
        type: 'timeseries',
        title: 'Deduplicated requests',
        description:
          'Requests through a deduplication a second: unique ones were made, shared ones got the answer of another.',
        width: 12,
        unit: 'reqps',
        min: 0,
        stacked: true,
        queries: [
          {
            expr: totalRate(application('dedup.requests'), window, 'job, dedup_name, dedup_result'),
            legend: '{{job}} {{dedup_name}} {{dedup_result}}',
          },
        ],
      },
      {
        id: 53,
        type: 'timeseries',
        title: 'Share of requests that were spared',
        description: 'Share of deduplicated requests that got the answer of another one. No requests, no line.',
        width: 12,
        unit: 'percentunit',
        min: 0,
        max: 1,
        queries: [{ expr: sharedRequests(scope, 'job, dedup_name'), legend: '{{job}} {{dedup_name}}' }],
      },
    ],
  };
}
