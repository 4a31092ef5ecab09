import { seededRandom } from '../harness/shuffle.ts';
import type { Subject } from './subject.ts';

/** A power of two, and enough for the branches of a histogram not to be learnt by heart. */
const LENGTH = 2 ** 16;

/** Median and spread of the durations: log-normal, as those of requests are. */
const MEDIAN_SECONDS = 0.02;
const SIGMA = 1;

const ONE = Float64Array.of(MEDIAN_SECONDS);

/** Durations of requests and the series that they belong to, in an order of chance, made beforehand. */
export class Workload {
  readonly #series: Uint16Array;
  readonly #seconds: Float64Array;
  #at = 0;
  /** How many were recorded so far. */
  count = 0;

  constructor(series: number, seed: number) {
    const random = seededRandom(seed);
    this.#series = Uint16Array.from({ length: LENGTH }, () => Math.floor(random() * series));
    // Box and Muller's transform gives a normal variable.
    this.#seconds = Float64Array.from({ length: LENGTH }, () => {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return MEDIAN_SECONDS * Math.exp(SIGMA * normal);
    });
  }

  /** Records the next so many. */
  record(subject: Subject, count: number): void {
    let at = this.#at;
    for (let left = count; left > 0; left--) {
      subject.record(this.#series[at]!, this.#seconds, at);
      at = (at + 1) & (LENGTH - 1);
    }
    this.#at = at;
    this.count += count;
  }

  /** What all that was recorded adds up to, in seconds. */
  sum(): number {
    const whole = this.#seconds.reduce((sum, seconds) => sum + seconds, 0);
    const rest = this.#seconds.subarray(0, this.#at).reduce((sum, seconds) => sum + seconds, 0);
    return whole * Math.floor(this.count / LENGTH) + rest;
  }
}

/** Records one value in each series, so that all exist; returns their sum in seconds. */
export function recordEach(subject: Subject, series: number): number {
  for (let at = 0; at < series; at++) subject.record(at, ONE, 0);
  return MEDIAN_SECONDS * series;
}
