import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { quantileOf } from '../../measures/quantile.ts';
import { totalRate } from '../../measures/totals.ts';
import { panelScope } from '../../scope.ts';
import { CHOSEN, CHOSEN_ROUTES, ROUTE, ROUTE_LEGEND, largest } from './selection.ts';

/** How requests begin to be answered, and how they end. */
export function endings(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { application, window } = scope;
  return {
    id: 103,
    title: 'First byte, outcomes, slow requests',
    panels: [
      {
        id: 40,
        type: 'timeseries',
        title: 'Time to first byte, 95th percentile by route',
        description:
          'Time until the headers of the response were written, of the ten slowest routes. Far below the duration: the body takes the time, or the client reads slowly.',
        width: 12,
        unit: 's',
        min: 0,
        queries: [
          {
            expr: largest(quantileOf(0.95, 'http.server.time_to_first_byte', scope, ROUTE, CHOSEN)),
            legend: ROUTE_LEGEND,
          },
        ],
      },
      {
        id: 42,
        type: 'timeseries',
        title: 'Slow requests by route',
        description:
          "Requests a second that took longer than the application's option `slowMs`; the slow log has them one by one.",
        width: 12,
        unit: 'reqps',
        min: 0,
        queries: [
          {
            expr: largest(totalRate(application('http.server.slow_requests', CHOSEN_ROUTES), window, ROUTE)),
            legend: ROUTE_LEGEND,
          },
        ],
      },
      {
        id: 41,
        type: 'timeseries',
        title: 'Outcomes, all routes',
        description:
          'How requests ended; completed ones, the most by far, at the right axis. Aborted ones: the client left before the headers or while it was being answered, often for want of patience.',
        width: 24,
        height: 7,
        unit: 'reqps',
        min: 0,
        queries: [
          {
            expr: totalRate(application('http.server.request.outcomes'), window, 'job, outcome'),
            legend: '{{job}} {{outcome}}',
          },
        ],
        // By far the most: beside them the others could not be seen.
        styles: [{ name: '.* completed', dashed: true, rightAxis: 'reqps' }],
      },
    ],
  };
}
