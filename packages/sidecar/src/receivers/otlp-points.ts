import type { Attributes, Exemplar, ExponentialPoint, HistogramPoint, NumberPoint, SummaryPoint } from '../metric.ts';
import { exemplarsOfBuckets, exemplarsOfPowers, lastExemplar } from './exemplars.ts';
import type { RawExponential, RawHistogram, RawNumber, RawSummary } from './otlp-parts.ts';

// Scales of a base-2 exponential histogram (OpenTelemetry metrics data model: -10 to 20).
const SCALES = { least: -10, most: 20 };

/** A number point as it is stored; `undefined` if it has no value. */
export function numberPoint({ value, exemplars }: RawNumber, attributes: Attributes): NumberPoint | undefined {
  return value === undefined ? undefined : { attributes, value, ...kept(lastExemplar(exemplars)) };
}

/** A point of a sum that may fall, as a delta; `undefined` if it is not finite, which would spoil what it is added to. */
export function differencePoint(raw: RawNumber, attributes: Attributes): NumberPoint | undefined {
  return Number.isFinite(raw.value) ? numberPoint(raw, attributes) : undefined;
}

/** A point of a counter; `undefined` if its value is negative or not finite, which would spoil every sum it is added to. */
export function counterPoint(raw: RawNumber, attributes: Attributes): NumberPoint | undefined {
  const { value = NaN } = raw;
  return value >= 0 && value < Infinity ? numberPoint(raw, attributes) : undefined;
}

/** A histogram point as it is stored; `undefined` if bounds, bucket counts and count contradict each other. */
export function histogramPoint(raw: RawHistogram, attributes: Attributes): HistogramPoint | undefined {
  const { count, bounds } = raw;
  // The protocol lets a histogram without buckets leave out its one count.
  const counts = bounds.length === 0 && raw.counts.length === 0 ? [count] : raw.counts;
  if (counts.length !== bounds.length + 1 || total(counts) !== count || !isRising(bounds)) return undefined;
  const exemplars = exemplarsOfBuckets(raw.exemplars, bounds);
  return { attributes, count, sum: finite(raw.sum), bounds, counts, ...kept(exemplars) };
}

/** An exponential histogram point as it is stored; `undefined` if the counts contradict each other or hold negative values. */
export function exponentialPoint(raw: RawExponential, attributes: Attributes): ExponentialPoint | undefined {
  const { count, scale, zeroCount, offset, counts } = raw;
  if (!Number.isInteger(scale) || scale < SCALES.least || scale > SCALES.most) return undefined;
  if ((offset | 0) !== offset) return undefined;
  if (total(raw.negative) !== 0 || total([zeroCount, ...counts]) !== count) return undefined;
  const exemplars = exemplarsOfPowers(raw.exemplars);
  return { attributes, count, sum: finite(raw.sum), scale, zeroCount, offset, counts, ...kept(exemplars) };
}

/** A summary point as it is stored; `undefined` if count or sum is none, or a quantile is not from 0 to 1 or there twice. */
export function summaryPoint({ count, sum, quantiles }: RawSummary, attributes: Attributes): SummaryPoint | undefined {
  if (Number.isNaN(total([count])) || !Number.isFinite(sum)) return undefined;
  const rising = quantiles.toSorted(([a], [b]) => a - b);
  const valid = rising.every(([quantile], i) => quantile >= 0 && quantile <= 1 && quantile !== rising[i - 1]?.[0]);
  return valid ? { attributes, count, sum, quantiles: rising } : undefined;
}

function kept(exemplars: readonly Exemplar[]): { readonly exemplars?: readonly Exemplar[] } {
  return exemplars.length === 0 ? {} : { exemplars };
}

/** Sum of counts; NaN if one of them, or the sum, is not a non-negative integer that a double holds exactly. */
function total(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) {
    if (!Number.isInteger(count) || count < 0) return NaN;
    sum += count;
  }
  return Number.isSafeInteger(sum) ? sum : NaN;
}

function isRising(bounds: readonly number[]): boolean {
  return bounds.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > (bounds[i - 1] ?? NaN)));
}

// A sum that is not finite says nothing, and would make every sum that it is added to say nothing.
function finite(sum: number | undefined): number | undefined {
  return Number.isFinite(sum) ? sum : undefined;
}
