import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import {
  failedCollectors,
  failedPushes,
  forwardDropped,
  queueUsed,
  receiverDropped,
  storeUsed,
} from '../../measures/itself.ts';
import { panelScope } from '../../scope.ts';
import { NO_BACKEND } from './forwarding.ts';
import { targets } from './targets.ts';

/** Whether anything is lost, at a glance. */
export function itselfStats(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const shown = { ...scope, window: '$__range' };
  const up = targets(config, 'up');
  const figure = { type: 'stat', width: 4, height: 4 } as const;
  const count = { ...figure, unit: 'none', decimals: 0 } as const;
  return {
    panels: [
      {
        ...count,
        id: 1,
        title: 'Sidecars down',
        description:
          'Targets that Prometheus could not scrape last. Should be 0: nothing is known of what they are beside.',
        marks: [{ from: 1, colour: 'red' }],
        queries: [{ expr: `count(${up}) - sum(${up})`, legend: 'down' }],
      },
      {
        ...count,
        id: 2,
        title: 'Data points dropped',
        description:
          'Within the time shown, on receipt and on the way to backends. Should be 0; the reasons are below.',
        marks: [{ from: 1, colour: 'red' }],
        queries: [
          { expr: `round(sum(${receiverDropped(shown)}))`, legend: 'received', instant: true },
          {
            expr: `round(sum(${forwardDropped(shown)}))`,
            legend: 'forwarded',
            instant: true,
            emptyIsHealthy: NO_BACKEND,
          },
        ],
      },
      {
        ...figure,
        id: 3,
        title: 'Failed pushes',
        description:
          'Share of pushes that no sidecar took, of the application with the most. The next push tells the totals: what is lost is resolution.',
        unit: 'percentunit',
        decimals: 1,
        queries: [{ expr: `max(${failedPushes(scope)})`, legend: 'failed' }],
      },
      {
        ...figure,
        id: 4,
        title: 'Fullest store',
        description: 'Series that a sidecar holds of those that it may hold. At 100 % new series are dropped.',
        unit: 'percentunit',
        decimals: 1,
        marks: [{ from: 1, colour: 'red' }],
        queries: [{ expr: `max(${storeUsed(scope)})`, legend: 'used' }],
      },
      {
        ...count,
        id: 5,
        title: 'Failed collectors',
        description: 'What they should read of the host or of a watched server is missing. Should be 0.',
        marks: [{ from: 1, colour: 'red' }],
        queries: [{ expr: `sum(${failedCollectors(scope)})`, legend: 'failed' }],
      },
      {
        ...figure,
        id: 6,
        title: 'Fullest queue',
        description: 'Bytes that wait for a backend of those that may wait. At 100 % data points are dropped.',
        unit: 'percentunit',
        decimals: 1,
        noValue: 'no backend',
        marks: [{ from: 1, colour: 'red' }],
        queries: [{ expr: `max(${queueUsed(scope)})`, legend: 'used', emptyIsHealthy: NO_BACKEND }],
      },
      {
        type: 'text',
        id: 7,
        title: 'How to read this',
        description: 'What it means for the other dashboards if something here is not 0.',
        width: 24,
        height: 4,
        markdown: [
          'All zeros, and the other dashboards show everything. **Dropped** points and a full **store** leave out series for good; failed **pushes** only make lines coarser, since the next one tells the totals.',
          'Follow the way of the data: application, sidecar, Prometheus. The first row with a line that should not be there is where to look.',
        ].join('\n\n'),
      },
    ],
  };
}
