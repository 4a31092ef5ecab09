import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { quantileOf } from '../../measures/quantile.ts';
import { totalRate } from '../../measures/totals.ts';
import { panelScope } from '../../scope.ts';
import { CHOSEN_ROUTES, ROUTE, ROUTE_LEGEND, largest } from './selection.ts';

/** How much is transferred. */
export function bodies(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { application, window } = scope;
  const bytes = (name: string): string => totalRate(application(name, CHOSEN_ROUTES, '_sum'), window);
  const [request, response] = ['http.server.request.body.size', 'http.server.response.body.size'];
  const size = (name: string): string => largest(quantileOf(0.95, name, scope, ROUTE, CHOSEN_ROUTES));
  return {
    id: 105,
    title: 'Sizes of bodies',
    collapsed: true,
    panels: [
      {
        id: 60,
        type: 'timeseries',
        title: 'Bytes of bodies',
        description: 'Bytes a second in bodies of requests and responses, as they were transferred.',
        width: 8,
        unit: 'Bps',
        min: 0,
        queries: [
          { expr: bytes(request), legend: 'received' },
          { expr: bytes(response), legend: 'sent' },
        ],
      },
      {
        id: 61,
        type: 'timeseries',
        title: 'Request bodies, 95th percentile by route',
        description: 'Sizes of the bodies that were received whole, of the ten routes with the largest.',
        width: 8,
        unit: 'bytes',
        min: 0,
        queries: [{ expr: size(request), legend: ROUTE_LEGEND }],
      },
      {
        id: 62,
        type: 'timeseries',
        title: 'Response bodies, 95th percentile by route',
        description:
          'Sizes of the bodies that were sent whole, of the ten routes with the largest. One that grows with the data needs pages.',
        width: 8,
        unit: 'bytes',
        min: 0,
        queries: [{ expr: size(response), legend: ROUTE_LEGEND }],
      },
    ],
  };
}
