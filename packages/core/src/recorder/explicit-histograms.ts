/**
 * Histograms with explicit buckets, one a series, in flat typed arrays: recording writes two numbers and allocates
 * nothing.
 */
export class ExplicitHistograms {
  readonly bounds: readonly number[];
  counts: Float64Array;
  sums: Float64Array;
  readonly #width: number;

  /** @param bounds upper bounds, inclusive and ascending @param capacity number of series to make room for */
  constructor(bounds: readonly number[], capacity: number) {
    this.bounds = bounds;
    this.#width = bounds.length + 1;
    this.counts = new Float64Array(this.#width * capacity);
    this.sums = new Float64Array(capacity);
  }

  /** Makes room for `capacity` series; what was recorded stays. */
  grow(capacity: number): void {
    const counts = new Float64Array(this.#width * capacity);
    const sums = new Float64Array(capacity);
    counts.set(this.counts);
    sums.set(this.sums);
    this.counts = counts;
    this.sums = sums;
  }

  record(series: number, value: number): void {
    const bounds = this.bounds;
    let bucket = 0;
    // Most requests are fast: a scan from the front ends sooner than a binary search over twenty bounds.
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    const at = series * this.#width + bucket;
    this.counts[at] = this.counts[at]! + 1;
    this.sums[series] = this.sums[series]! + value;
  }

  /** The same figures in arrays of their own, which do not change any more. */
  copy(): ExplicitHistograms {
    const copied = new ExplicitHistograms(this.bounds, 0);
    copied.counts = this.counts.slice();
    copied.sums = this.sums.slice();
    return copied;
  }

  /** How many series there is room for. */
  get capacity(): number {
    return this.sums.length;
  }

  /** Where the counts of a series begin in `counts`. */
  at(series: number): number {
    return series * this.#width;
  }

  /** How many values a series holds. */
  count(series: number): number {
    let total = 0;
    for (let at = this.at(series), end = at + this.#width; at < end; at++) total += this.counts[at]!;
    return total;
  }
}
