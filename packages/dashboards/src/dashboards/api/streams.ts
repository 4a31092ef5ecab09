import type { DashboardConfig } from '../../config.ts';
import type { Query, Row } from '../../dashboard.ts';
import { quantileOf } from '../../measures/quantile.ts';
import { totalRate } from '../../measures/totals.ts';
import { panelScope } from '../../scope.ts';
import { CHOSEN_RELEASES, ROUTE, ROUTE_LEGEND } from './selection.ts';

const STREAM = 'http.server.stream.duration';

/** Event streams and upgraded connections, which are no ordinary requests. */
export function streams(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { application, window } = scope;
  const query = (expr: string, legend: string): Query => ({
    expr,
    legend,
    emptyIsHealthy: 'only event streams and upgraded connections are counted here, once they are over',
  });
  return {
    id: 106,
    title: 'Event streams and upgraded connections',
    collapsed: true,
    panels: [
      {
        id: 70,
        type: 'timeseries',
        title: 'Streams that ended',
        description:
          'Event streams and upgraded connections that ended, a second, of all routes, whichever are chosen. A burst: all clients were cut off at once.',
        width: 12,
        unit: 'ops',
        min: 0,
        queries: [query(totalRate(application(STREAM, CHOSEN_RELEASES, '_count'), window, ROUTE), ROUTE_LEGEND)],
      },
      {
        id: 71,
        type: 'timeseries',
        title: 'Lifetime of streams',
        description:
          'How long those of all routes that ended had lived: half of them, and 95 of 100, no longer. About the same for all: something cuts them off, such as a proxy.',
        width: 12,
        unit: 's',
        min: 0,
        queries: [0.5, 0.95].map((q) => query(quantileOf(q, STREAM, scope, '', CHOSEN_RELEASES), `p${q * 100}`)),
      },
    ],
  };
}
