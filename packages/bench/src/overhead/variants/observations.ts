import type { Histogram } from 'prom-client';

/** How many values a prom-client histogram has observed, all labels together. */
export async function observations(histogram: Pick<Histogram, 'get'>): Promise<number> {
  const { values } = await histogram.get();
  return values
    .filter(({ metricName }) => metricName?.endsWith('_count'))
    .reduce((total, { value }) => total + value, 0);
}
