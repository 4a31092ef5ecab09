import type { Matchers } from '../config.ts';
import type { Scope } from '../scope.ts';
import { total } from './totals.ts';

/**
 * A quantile of what the buckets of a histogram count: of all of them together, or by labels.
 *
 * @param q from 0 to 1
 * @param bucketRates what the buckets grow by; never quantiles, which cannot be averaged or added up
 */
export function quantile(q: number, bucketRates: string, by = ''): string {
  return `histogram_quantile(${q}, ${total(bucketRates, by === '' ? 'le' : `${by}, le`)})`;
}

/** A quantile of a histogram of applications, such as `operation.duration`; of several workers as if they were one. */
export function quantileOf(
  q: number,
  histogram: string,
  { application, window }: Scope,
  by?: string,
  matchers?: Matchers,
): string {
  return quantile(q, `rate(${application(histogram, matchers, '_bucket')}[${window}])`, by);
}
