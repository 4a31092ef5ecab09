import { LATENCY_BOUNDS } from '@outrider/core/catalogue';
import type { SeriesKey } from './series.ts';
import type { Subject } from './subject.ts';

const WIDTH = LATENCY_BOUNDS.length + 1;

/** One histogram in typed arrays whose series is known by its number: no look-up, no second histogram. The floor. */
export function createTypedArrays(keys: readonly SeriesKey[]): Subject {
  const counts = new Float64Array(WIDTH * keys.length);
  const sums = new Float64Array(keys.length);
  return {
    record(series, seconds, from) {
      const value = seconds[from]!;
      let bucket = 0;
      while (bucket < LATENCY_BOUNDS.length && value > LATENCY_BOUNDS[bucket]!) bucket++;
      const at = series * WIDTH + bucket;
      counts[at] = counts[at]! + 1;
      sums[series] = sums[series]! + value;
    },
    totals() {
      const used = keys.filter((_, series) => counts.subarray(series * WIDTH, (series + 1) * WIDTH).some(Boolean));
      return {
        series: used.length,
        count: counts.reduce((total, count) => total + count, 0),
        sum: sums.reduce((total, sum) => total + sum, 0),
      };
    },
  };
}
