import { Histogram, collectDefaultMetrics, register } from 'prom-client';
import { promClientTotals } from '../../totals/prom-client-totals.ts';
import type { ReadableHistogram } from '../../totals/prom-client-totals.ts';

const METRIC = 'http_request_duration_seconds';

/** A histogram of requests as most services have one. */
export interface RequestHistogram {
  readonly histogram: Histogram<'method' | 'route' | 'status_code'>;
  readonly recorded: () => Promise<number>;
}

/** prom-client as its documentation shows: a histogram by method, route and status, and the default metrics. */
export function createRequestHistogram(): RequestHistogram {
  collectDefaultMetrics();
  const histogram = new Histogram({
    name: METRIC,
    help: 'Duration of HTTP requests',
    labelNames: ['method', 'route', 'status_code'],
  });
  return { histogram, recorded: () => recordedIn(register) };
}

/** How many requests are in the histogram that a registry has under the name that every peer gives it. */
export async function recordedIn(registry: { getSingleMetric(name: string): unknown }): Promise<number> {
  const histogram = registry.getSingleMetric(METRIC);
  if (histogram === undefined) throw new Error(`${METRIC} is not registered`);
  const { count } = await promClientTotals(histogram as ReadableHistogram);
  return count;
}
