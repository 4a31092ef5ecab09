import { describe, expect, it } from 'vitest';
import type { HistogramPoint, NumberPoint } from '../../src/metric.ts';
import { addPoints, isCumulative, negated } from '../../src/store/cumulative.ts';
import type { Point } from '../../src/store/cumulative.ts';
import { histogram, number } from './pushes.ts';

const value = (of: number): NumberPoint => ({ attributes: [], value: of });

function buckets(bounds: readonly number[], counts: readonly number[], sum?: number): HistogramPoint {
  return histogram('took', {}, bounds, counts, sum).points[0] as HistogramPoint;
}

describe('cumulative metrics', () => {
  it('are counters and histograms, but nothing that may fall', () => {
    expect(isCumulative(number('n', 'counter', []))).toBe(true);
    expect(isCumulative(histogram('n', {}, [], [0], 0))).toBe(true);
    expect(isCumulative(number('n', 'updowncounter', []))).toBe(false);
    expect(isCumulative(number('n', 'gauge', []))).toBe(false);
  });
});

describe('the sum of two points', () => {
  it('adds values, and buckets, counts and sums', () => {
    expect(addPoints(value(2), value(3))).toEqual(value(5));
    expect(addPoints(buckets([1, 2], [1, 2, 3], 9.5), buckets([1, 2], [10, 0, 30], 0.25))).toEqual(
      buckets([1, 2], [11, 2, 33], 9.75),
    );
  });

  it.each<[string, Point, Point]>([
    ['of histograms with other bounds', buckets([1, 2], [1, 2, 3], 9), buckets([1, 3], [1, 1, 1], 4)],
    ['of histograms with fewer bounds', buckets([1, 2], [1, 2, 3], 9), buckets([1], [1, 1], 4)],
    ['of values too large for it', value(1e308), value(1.7e308)],
    ['of counts that are not exact any more', buckets([], [2 ** 53 - 1]), buckets([], [2])],
    ['of different kinds', value(1), buckets([], [2])],
  ])('%s begins anew with the later', (_name, earlier, later) => {
    expect(addPoints(earlier, later)).toEqual(later);
  });

  it('has no sum of values if one has none, or it is infinite', () => {
    expect(addPoints(buckets([], [1], 1), buckets([], [1]))).toEqual(buckets([], [2]));
    expect(addPoints(buckets([], [1], 1e308), buckets([], [1], 1e308))).toEqual(buckets([], [2]));
  });
});

describe('a negated point', () => {
  it('takes away what it counted', () => {
    expect(addPoints(negated(value(2)), value(5))).toEqual(value(3));
    expect(addPoints(negated(buckets([1], [1, 2], 3)), buckets([1], [5, 5], 10))).toEqual(buckets([1], [4, 3], 7));
    const exponential = { attributes: [], count: 9, sum: 4, scale: 3, zeroCount: 1, offset: 2, counts: [3, 5] };
    const now = { ...exponential, count: 12, sum: 6, zeroCount: 2, counts: [4, 6] };
    expect(addPoints(negated(exponential), now)).toEqual({ ...now, count: 3, sum: 2, zeroCount: 1, counts: [1, 1] });
  });
});
