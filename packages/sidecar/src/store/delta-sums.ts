import { attributesKey } from '../metric.ts';
import type { DeltaInterval, HistogramPoint, Metric } from '../metric.ts';
import { addPoints, isCumulative, isSumOfDeltas, negated } from './cumulative.ts';
import type { Point } from './cumulative.ts';
import { explicitBuckets } from './explicit-buckets.ts';
import { addExponential } from './exponential-sum.ts';
import { withPoints } from './points.ts';

/** What a metric adds up to. */
export interface Summed {
  readonly metric: Metric;
  /** Points that were left out because they are in the sum already. */
  readonly duplicates: number;
}

/**
 * What a process has counted, where a push tells only what it counted since the push before: its deltas on top of what is
 * held of it. Series that the push says nothing of are still what they were. Whatever is cumulative is returned as it is.
 *
 * A delta that is in the sum already, since a client that heard no answer sends its request again, is left out.
 *
 * @param held the same metric as the session holds it
 */
export function summed(pushed: Metric, held: Metric | undefined): Summed {
  // Two instruments of one name may be sent differently: what is counted of one does not go when only the other is told.
  const ofDeltas = isSumOfDeltas(pushed) || (held !== undefined && isCumulative(held) && isSumOfDeltas(held));
  if (!ofDeltas && !pushed.points.some(isOfExponential)) return { metric: pushed, duplicates: 0 };
  const before = new Map<string, Point>();
  for (const point of held?.points ?? []) before.set(attributesKey(point.attributes), point);
  const sums = new Map<string, Point>();
  if (ofDeltas) for (const [series, point] of before) if ('interval' in point) sums.set(series, point);
  let duplicates = 0;
  for (const point of pushed.points) {
    const series = attributesKey(point.attributes);
    const sum = 'interval' in point ? addDelta(sums.get(series), point) : grown(before.get(series), point);
    if (sum === undefined) duplicates += 1;
    else sums.set(series, sum);
  }
  return { metric: withPoints(pushed, [...sums.values()]), duplicates };
}

type Delta = Extract<Point, { readonly interval?: DeltaInterval }>;

/** Undefined for a delta that is in the sum already. */
function addDelta(sum: Delta | Point | undefined, delta: Delta): Point | undefined {
  if (sum === undefined || !('interval' in sum) || sum.interval === undefined) return delta;
  const { interval = sum.interval } = delta;
  if (isCounted(interval, sum.interval)) return undefined;
  return { ...(addPoints(sum, delta) as Delta), interval: interval.end === 0 ? sum.interval : interval };
}

/** Whether a delta is of a time that has been counted: it ends no later than the last one did. */
function isCounted(delta: DeltaInterval, last: DeltaInterval): boolean {
  if (delta.end === 0 || delta.end > last.end) return false;
  // A clock that was set back: it begins where the last one ended, and only ends before.
  return delta.start !== last.end || delta.end === last.end;
}

function isOfExponential(point: Point): point is HistogramPoint {
  return 'exponential' in point;
}

/**
 * Explicit buckets of an exponential histogram that goes on counting. What came since the push before is added to them,
 * for to put all of it into them anew would move counts to other buckets whenever the sender makes its own coarser, and a
 * bucket would fall, which a reader takes for a process that began anew.
 */
function grown(before: Point | undefined, point: Point): Point {
  if (before === undefined || !isOfExponential(before) || !isOfExponential(point)) return point;
  const then = before.exponential;
  const now = point.exponential;
  if (then === undefined || now === undefined) return point;
  const since = addExponential(now, negated(then) as typeof then);
  if (since.zeroCount < 0 || since.counts.some((count) => count < 0)) return point;
  const { counts } = explicitBuckets(since, point.bounds);
  return { ...point, counts: counts.map((count, i) => count + (before.counts[i] ?? 0)) };
}
