import type { Attributes, ExponentialPoint, HistogramPoint, NumberPoint } from '../metric.ts';
import type { RawExponential, RawHistogram, RawNumber } from './otlp-parts.ts';

// Scales of a base-2 exponential histogram (OpenTelemetry metrics data model: -10 to 20).
const SCALES = { least: -10, most: 20 };

/** A number point as it is stored; `undefined` if it has no value. */
export function numberPoint({ value }: RawNumber, attributes: Attributes): NumberPoint | undefined {
  return value === undefined ? undefined : { attributes, value };
}

/** A point of a counter; `undefined` if its value is negative or not finite, which would spoil every sum it is added to. */
export function counterPoint({ value }: RawNumber, attributes: Attributes): NumberPoint | undefined {
  return value === undefined || !(value >= 0 && value < Infinity) ? undefined : { attributes, value };
}

/** A histogram point as it is stored; `undefined` if bounds, bucket counts and count contradict each other. */
export function histogramPoint(raw: RawHistogram, attributes: Attributes): HistogramPoint | undefined {
  const { count, bounds } = raw;
  // The protocol lets a histogram without buckets leave out its one count.
  const counts = bounds.length === 0 && raw.counts.length === 0 ? [count] : raw.counts;
  if (counts.length !== bounds.length + 1 || total(counts) !== count || !isRising(bounds)) return undefined;
  return { attributes, count, sum: finite(raw.sum), bounds, counts };
}

/** An exponential histogram point as it is stored; `undefined` if the counts contradict each other or hold negative values. */
export function exponentialPoint(raw: RawExponential, attributes: Attributes): ExponentialPoint | undefined {
  const { count, scale, zeroCount, offset, counts } = raw;
  if (!Number.isInteger(scale) || scale < SCALES.least || scale > SCALES.most) return undefined;
  if ((offset | 0) !== offset) return undefined;
  if (total(raw.negative) !== 0 || total([zeroCount, ...counts]) !== count) return undefined;
  return { attributes, count, sum: finite(raw.sum), scale, zeroCount, offset, counts };
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
