import type { DashboardConfig } from '../../config.ts';
import type { Mark, Row } from '../../dashboard.ts';
import { latency, latencyBuckets, slowerShare } from '../../measures/requests.ts';
import { total } from '../../measures/totals.ts';
import { duration, percent } from '../../rules/text.ts';
import { panelScope } from '../../scope.ts';
import { CHOSEN, ROUTE, ROUTE_LEGEND, chosenRequests, largest } from './selection.ts';

/** How long requests take. */
export function latencies(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const chosen = chosenRequests(config);
  const { warnS, highS, slowS, share } = config.thresholds.latency;
  const marks: readonly Mark[] = [
    { from: warnS, colour: 'yellow' },
    { from: highS, colour: 'red' },
  ];
  return {
    id: 101,
    title: 'Latency',
    panels: [
      {
        id: 20,
        type: 'timeseries',
        title: 'Percentiles of all requests',
        description: `Half, 95 and 99 of 100 requests took no longer; lines at ${duration(warnS)} and ${duration(highS)}. p99 alone: a few slow ones. All three: everything is slow. The axis is logarithmic.`,
        width: 12,
        unit: 's',
        logarithmic: 10,
        marks,
        queries: [0.5, 0.95, 0.99].map((q) => ({ expr: latency(q, scope, '', CHOSEN), legend: `p${q * 100}` })),
      },
      {
        id: 21,
        type: 'timeseries',
        title: '95th percentile by route',
        description: `The ten slowest routes; lines at ${duration(warnS)} and ${duration(highS)}. Of a route with few requests a percentile says little. The axis is logarithmic.`,
        width: 12,
        unit: 's',
        logarithmic: 10,
        marks,
        queries: [{ expr: largest(latency(0.95, scope, ROUTE, CHOSEN)), legend: ROUTE_LEGEND }],
      },
      {
        id: 22,
        type: 'timeseries',
        title: 'Share of slow requests',
        description: `Share of requests over each threshold, counted at a bound of the histogram and so exact. Alerts go by this, from ${percent(share)} on.`,
        width: 12,
        unit: 'percentunit',
        min: 0,
        marks: [{ from: share, colour: 'red' }],
        queries: [warnS, highS, slowS].map((bound) => ({
          expr: slowerShare(chosen, bound),
          legend: `over ${duration(bound)}`,
        })),
        styles: [
          { name: `over ${duration(warnS)}`, colour: 'yellow' },
          { name: `over ${duration(highS)}`, colour: 'red' },
          { name: `over ${duration(slowS)}`, colour: 'purple' },
        ],
      },
      {
        id: 23,
        type: 'heatmap',
        title: 'Requests by duration',
        description:
          'How many requests took how long, with exemplars where there are any. Two bands: there are two kinds of requests, such as hits and misses of a cache.',
        width: 12,
        unit: 's',
        queries: [{ expr: total(latencyBuckets(scope, CHOSEN), 'le'), legend: '{{le}}', exemplars: true }],
      },
    ],
  };
}
