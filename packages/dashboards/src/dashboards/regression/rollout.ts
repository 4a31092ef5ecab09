import type { DashboardConfig, Matchers } from '../../config.ts';
import type { TimeSeriesPanel } from '../../dashboard.ts';
import { errorShare, latency, requests } from '../../measures/requests.ts';
import { panelScope } from '../../scope.ts';

/** Releases beside each other, while one takes the place of the other. */
export function rollout(config: DashboardConfig): readonly TimeSeriesPanel[] {
  const scope = panelScope(config);
  const chosen: Matchers = { 'http.route': '=~"$route"', 'service.version': '=~"$release"' };
  const by = 'job, service_version';
  const rates = requests(scope, config, chosen);
  const legend = '{{job}} {{service_version}}';
  const line = { type: 'timeseries', width: 8 } as const;
  return [
    {
      ...line,
      id: 31,
      title: 'p95 by release',
      description:
        'While two releases serve side by side they have the same clients and databases: a gap between their lines is the release. The axis is logarithmic.',
      unit: 's',
      logarithmic: 10,
      queries: [{ expr: latency(0.95, scope, by, chosen), legend }],
    },
    {
      ...line,
      id: 32,
      title: 'Requests by release',
      description: 'How far the rollout is: what goes to the new release does not go to the one before.',
      unit: 'reqps',
      min: 0,
      stacked: true,
      queries: [{ expr: rates.all(by), legend }],
    },
    {
      ...line,
      id: 33,
      title: 'Errors by release',
      description:
        'Share of requests that were answered with a server error. A new release above the one before is to be rolled back.',
      unit: 'percentunit',
      min: 0,
      marks: [{ from: config.thresholds.errors.share, colour: 'red' }],
      queries: [{ expr: errorShare(rates, by), legend }],
    },
  ];
}
