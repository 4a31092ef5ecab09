import type { ExponentialBuckets } from '../metric-source.ts';

/** base = 2^(1/8): a quantile read from the middle of a bucket is off by at most (base - 1) / (base + 1) = 4.4 %. */
export const SCALE = 3;
const PER_OCTAVE = 2 ** SCALE;

// From a microsecond to an hour; what lies outside counts in the first or last bucket.
const FIRST = -20 * PER_OCTAVE;
const WIDTH = 32 * PER_OCTAVE;

/**
 * Base-2 exponential histograms at a fixed scale, one a route, in flat typed arrays
 * (source: opentelemetry-proto, ExponentialHistogramDataPoint).
 */
export class ExponentialHistograms {
  #counts: Float64Array;
  #sums: Float64Array;
  #zeros: Float64Array;

  constructor(capacity: number) {
    this.#counts = new Float64Array(WIDTH * capacity);
    this.#sums = new Float64Array(capacity);
    this.#zeros = new Float64Array(capacity);
  }

  grow(capacity: number): void {
    const counts = new Float64Array(WIDTH * capacity);
    const sums = new Float64Array(capacity);
    const zeros = new Float64Array(capacity);
    counts.set(this.#counts);
    sums.set(this.#sums);
    zeros.set(this.#zeros);
    this.#counts = counts;
    this.#sums = sums;
    this.#zeros = zeros;
  }

  /** The same figures in arrays of their own, which do not change any more. */
  copy(): ExponentialHistograms {
    const copied = new ExponentialHistograms(0);
    copied.#counts = this.#counts.slice();
    copied.#sums = this.#sums.slice();
    copied.#zeros = this.#zeros.slice();
    return copied;
  }

  /** How many series there is room for. */
  get capacity(): number {
    return this.#sums.length;
  }

  /** @param value seconds, not negative */
  record(series: number, value: number): void {
    this.#sums[series] = this.#sums[series]! + value;
    if (value <= 0) {
      this.#zeros[series] = this.#zeros[series]! + 1;
      return;
    }
    // Upper bounds are inclusive, hence ceil - 1.
    let bucket = Math.ceil(Math.log2(value) * PER_OCTAVE) - 1 - FIRST;
    if (bucket < 0) bucket = 0;
    else if (bucket >= WIDTH) bucket = WIDTH - 1;
    const at = series * WIDTH + bucket;
    this.#counts[at] = this.#counts[at]! + 1;
  }

  /** The buckets from the first to the last that hold something; undefined if nothing was recorded. */
  read(series: number): ExponentialBuckets | undefined {
    let first = series * WIDTH;
    let end = first + WIDTH;
    const begin = first;
    while (first < end && this.#counts[first] === 0) first++;
    while (end > first && this.#counts[end - 1] === 0) end--;
    if (first === end && this.#zeros[series] === 0) return undefined;
    return {
      scale: SCALE,
      zeroCount: this.#zeros[series]!,
      sum: this.#sums[series]!,
      offset: FIRST + (first - begin),
      counts: this.#counts,
      at: first,
      length: end - first,
    };
  }
}
