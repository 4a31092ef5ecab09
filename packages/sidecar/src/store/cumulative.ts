import type { ExponentialPoint, HistogramPoint, Metric, NumberPoint, SummaryPoint } from '../metric.ts';
import { addExponential } from './exponential-sum.ts';

/** A point of any kind of metric. */
export type Point = NumberPoint | HistogramPoint | ExponentialPoint | SummaryPoint;

/** Whether a metric counts since its process started, and what two processes counted can be added up. */
export function isCumulative({ kind }: Metric): boolean {
  return kind !== 'gauge' && kind !== 'updowncounter';
}

/**
 * What two processes, one after the other, counted in one series.
 *
 * Explicit histograms with different bounds have no sum: nobody knows where in the other's buckets the values lie, and
 * count and sum alone would contradict the buckets. Neither has what a double cannot hold exactly, or at all. There the
 * series begins anew with `later`.
 */
export function addPoints(earlier: Point, later: Point): Point {
  const sum = add(countsOf(earlier), countsOf(later));
  if (sum === undefined) return later;
  const total = finite(sum);
  if (total === undefined) return later;
  // What was measured last is what there is to look at.
  return 'exemplars' in later && !('quantiles' in total) ? { ...total, exemplars: later.exemplars } : total;
}

/** The point with its counts alone: no exemplars, and nothing of how it was sent. */
export function countsOf(point: Point): Point {
  if ('value' in point) return { attributes: point.attributes, value: point.value };
  const { attributes, count, sum } = point;
  if ('quantiles' in point) return { attributes, count, sum: point.sum, quantiles: point.quantiles };
  const { counts } = point;
  if ('bounds' in point) return { attributes, count, sum, bounds: point.bounds, counts };
  const { scale, zeroCount, offset } = point;
  return { attributes, count, sum, scale, zeroCount, offset, counts };
}

/**
 * What is left of a metric once its process is gone: counts do not fall, but what was true at a moment is over, and so
 * are the quantiles of a summary. A sum of deltas is left too: without it, the deltas of a process that comes back would
 * add up to something else.
 *
 * @returns undefined if nothing is left
 */
export function afterTheEnd(metric: Metric): Metric | undefined {
  if (metric.kind === 'summary') {
    return { ...metric, points: metric.points.map((point) => ({ ...point, quantiles: [] })) };
  }
  return isCumulative(metric) || isSumOfDeltas(metric) ? metric : undefined;
}

/** Whether a metric was sent as deltas. */
export function isSumOfDeltas({ points }: Metric): boolean {
  return points.some((point) => 'interval' in point);
}

function finite(sum: Point): Point | undefined {
  if ('value' in sum) return Number.isFinite(sum.value) ? sum : undefined;
  if (!Number.isSafeInteger(sum.count)) return undefined;
  if (sum.sum === undefined || Number.isFinite(sum.sum)) return sum;
  return 'quantiles' in sum ? undefined : { ...sum, sum: undefined };
}

function add(a: Point, b: Point): Point | undefined {
  if ('value' in a) return 'value' in b ? { ...a, value: a.value + b.value } : undefined;
  if ('scale' in a) return 'scale' in b ? addExponential(a, b) : undefined;
  // Quantiles cannot be added up: those of the later one hold.
  if ('quantiles' in a) return 'quantiles' in b ? { ...b, count: a.count + b.count, sum: a.sum + b.sum } : undefined;
  return 'bounds' in b ? addExplicit(a, b) : undefined;
}

function addExplicit(a: HistogramPoint, b: HistogramPoint): HistogramPoint | undefined {
  const sameBounds = a.bounds.length === b.bounds.length && a.bounds.every((bound, i) => bound === b.bounds[i]);
  if (!sameBounds) return undefined;
  return {
    ...a,
    count: a.count + b.count,
    sum: a.sum === undefined || b.sum === undefined ? undefined : a.sum + b.sum,
    counts: a.counts.map((count, i) => count + (b.counts[i] ?? 0)),
  };
}

/** The point that, added to another, takes away what this one counted. */
export function negated(point: Point): Point {
  if ('value' in point) return { ...point, value: -point.value };
  const count = -point.count;
  if ('quantiles' in point) return { ...point, count, sum: -point.sum };
  const sum = point.sum === undefined ? undefined : -point.sum;
  const counts = point.counts.map((one) => -one);
  return 'scale' in point
    ? { ...point, count, sum, counts, zeroCount: -point.zeroCount }
    : { ...point, count, sum, counts };
}

/** How much a point counted: the value of a counter, the number of values in a histogram. */
export function magnitude(point: Point): number {
  return 'value' in point ? point.value : point.count;
}
