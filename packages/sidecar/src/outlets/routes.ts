import { apiAnswer } from './api/answer.ts';
import { expectParameters, limitOf } from './api/parameters.ts';
import { routes } from './api/routes.ts';
import { select, servicesOf } from './api/selection.ts';
import type { OutletFactory } from './outlet.ts';

/**
 * `/api/v1/routes`: every route with its requests, errors and percentiles, those first on which most time was spent in
 * all; `?limit=` says how many at the most, `?service=` of which applications.
 */
export const routesOutlet: OutletFactory = () => ({
  description: 'figures of each route as JSON, by the time spent on it (?limit=100, ?service=name)',
  answer: (snapshot, { query }) =>
    apiAnswer(() => {
      expectParameters(query, ['limit', 'service']);
      const limit = limitOf(query);
      const selection = select(snapshot.store, servicesOf(query, snapshot.store));
      return { timestamp: snapshot.time.toISOString(), ...routes(selection, limit) };
    }),
});
