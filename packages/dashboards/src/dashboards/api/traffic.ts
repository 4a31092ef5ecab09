import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { activeRequests, byStatus, errorShare } from '../../measures/requests.ts';
import { percent } from '../../rules/text.ts';
import { panelScope } from '../../scope.ts';
import { CHOSEN, ROUTE, ROUTE_LEGEND, chosenRequests, largest } from './selection.ts';

/** How many requests there are, and what they are answered with. */
export function traffic(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const chosen = chosenRequests(config);
  const { errors, throughput } = config.thresholds;
  return {
    id: 100,
    title: 'Traffic and errors',
    panels: [
      {
        id: 10,
        type: 'timeseries',
        title: 'Requests by route',
        description: 'All requests a second, and the ten busiest routes. A fall without a cause is as bad as a rise.',
        width: 12,
        unit: 'reqps',
        min: 0,
        marks: throughput.floor === undefined ? [] : [{ from: throughput.floor, colour: 'green' }],
        queries: [
          { expr: chosen.all(), legend: 'all' },
          { expr: largest(chosen.all(ROUTE)), legend: ROUTE_LEGEND },
        ],
        styles: [{ name: 'all', dashed: true }],
      },
      {
        id: 11,
        type: 'timeseries',
        title: 'Error share by route',
        description: `Share of requests that were answered with a server error, all and the ten worst routes; the line is at ${percent(errors.share)}. No requests, no line.`,
        width: 12,
        unit: 'percentunit',
        min: 0,
        marks: [{ from: errors.share, colour: 'red' }],
        queries: [
          { expr: errorShare(chosen), legend: 'all' },
          { expr: largest(errorShare(chosen, ROUTE)), legend: ROUTE_LEGEND },
        ],
        styles: [{ name: 'all', dashed: true }],
      },
      {
        id: 12,
        type: 'timeseries',
        title: 'Responses by status',
        description:
          'Requests a second by status code; `none` are those that ended before there was a status, mostly since the client left.',
        width: 12,
        unit: 'reqps',
        min: 0,
        stacked: true,
        queries: [{ expr: byStatus(scope, CHOSEN), legend: '{{http_response_status_code}}' }],
        styles: [
          { name: '1..', colour: 'blue' },
          { name: '2..', colour: 'green' },
          { name: '3..', colour: 'blue' },
          { name: '4..', colour: 'yellow' },
          { name: '5..', colour: 'red' },
          { name: 'none', colour: 'purple' },
        ],
      },
      {
        id: 13,
        type: 'timeseries',
        title: 'In flight by instance, all workers',
        description:
          'Requests that are being served now, by application and instance. A line that only rises: they do not end any more. The choice of routes does not apply.',
        width: 12,
        unit: 'short',
        min: 0,
        queries: [{ expr: activeRequests(scope, 'job, instance'), legend: '{{job}} {{instance}}' }],
      },
    ],
  };
}
