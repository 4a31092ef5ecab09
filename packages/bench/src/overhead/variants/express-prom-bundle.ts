import promBundle from 'express-prom-bundle';
import { Histogram, register } from 'prom-client';
import type { Variant } from '../variant.ts';
import { observations } from './observations.ts';

const METRIC = 'http_request_duration_seconds';

/** express-prom-bundle with the labels one would want. */
export function start(): Variant {
  return {
    install: (app) => app.use(promBundle({ includeMethod: true, includePath: true, includeStatusCode: true })),
    recorded() {
      const histogram = register.getSingleMetric(METRIC);
      if (!(histogram instanceof Histogram)) throw new Error(`${METRIC} is not registered`);
      return observations(histogram);
    },
  };
}
