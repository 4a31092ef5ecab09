import { apiAnswer } from './api/answer.ts';
import { metricsFigures } from './api/metrics.ts';
import { expectParameters } from './api/parameters.ts';
import { servicesOf } from './api/selection.ts';
import type { OutletFactory } from './outlet.ts';

/**
 * `/api/v1/metrics`: the figures that people ask for, in the units they speak; `?service=`, also several times, for
 * those of some applications only. A figure that is not known is null, and its section says why under `reasons`.
 */
export const apiOutlet: OutletFactory = () => ({
  description: 'the most asked-for figures as JSON (?service=name)',
  answer: (snapshot, { query }) =>
    apiAnswer(() => {
      expectParameters(query, ['service']);
      return metricsFigures(snapshot, servicesOf(query, snapshot.store));
    }),
});
