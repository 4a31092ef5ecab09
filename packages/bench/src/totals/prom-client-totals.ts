import type { Totals } from './totals.ts';

/** What is needed of a histogram: prom-client's and its successor's are the same in this. */
export interface ReadableHistogram {
  get(): Promise<{ readonly values: ReadonlyArray<{ readonly metricName?: string; readonly value: number }> }>;
}

/** What a prom-client histogram holds. */
export async function promClientTotals(histogram: ReadableHistogram): Promise<Totals> {
  const { values } = await histogram.get();
  const of = (suffix: string): number[] =>
    values.filter(({ metricName }) => metricName?.endsWith(suffix)).map(({ value }) => value);
  const counts = of('_count');
  return { series: counts.length, count: total(counts), sum: total(of('_sum')) };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
