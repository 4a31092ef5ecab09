import type { DashboardConfig, Matchers } from '../../config.ts';
import { requests } from '../../measures/requests.ts';
import type { RequestRates } from '../../measures/requests.ts';
import { panelScope } from '../../scope.ts';
import type { Scope } from '../../scope.ts';

/** What tells one route from another where several applications are shown. */
export const ROUTE = 'job, http_route';

/** The legend of series by {@link ROUTE}. */
export const ROUTE_LEGEND = '{{job}} {{http_route}}';

/** The chosen routes, for metrics that have no release. */
export const CHOSEN_ROUTES: Matchers = { 'http.route': '=~"$route"' };

/** The chosen releases, for what has routes that are none of requests: nobody can choose them. */
export const CHOSEN_RELEASES: Matchers = { 'service.version': '=~"$release"' };

/** The chosen routes and releases. */
export const CHOSEN: Matchers = { ...CHOSEN_ROUTES, ...CHOSEN_RELEASES };

/** The series of a panel that shows routes which are the largest: more lines than that nobody reads. */
export function largest(vector: string): string {
  return `topk(10, ${vector})`;
}

/** The requests that are chosen at the top of the dashboard. */
export function chosenRequests(config: DashboardConfig, scope: Scope = panelScope(config)): RequestRates {
  return requests(scope, config, CHOSEN);
}
