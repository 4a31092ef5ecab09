import { describe, expect, it } from 'vitest';
import type { ExponentialPoint } from '../../src/metric.ts';
import { addExponential } from '../../src/store/exponential-sum.ts';

function point(scale: number, offset: number, counts: readonly number[], zeroCount = 0): ExponentialPoint {
  const count = counts.reduce((total, one) => total + one, zeroCount);
  return { attributes: [], count, sum: count, scale, zeroCount, offset, counts };
}

/** The histogram that a process would have made of all the values. */
function histogramOf(scale: number, values: readonly number[]): ExponentialPoint {
  const indexes = values.map((value) => Math.ceil(Math.log2(value) * 2 ** scale) - 1);
  const first = Math.min(...indexes);
  const counts: number[] = Array.from({ length: Math.max(...indexes) - first + 1 }, () => 0);
  for (const index of indexes) counts[index - first] = (counts[index - first] ?? 0) + 1;
  return point(scale, first, counts);
}

describe('the sum of two exponential histograms', () => {
  it('puts the buckets side by side, wherever they begin', () => {
    expect(addExponential(point(3, -4, [1, 2, 3], 5), point(3, -6, [10, 0, 20], 7))).toEqual(
      point(3, -6, [10, 0, 21, 2, 3], 12),
    );
  });

  it('is at the coarser scale: 2k and 2k+1 become k, below zero too', () => {
    expect(addExponential(point(3, -3, [1, 2, 4, 8, 16]), point(2, -2, [100, 200, 300]))).toEqual(
      point(2, -2, [101, 206, 324]),
    );
    expect(addExponential(point(0, 0, [1]), point(4, 15, [1, 1]))).toEqual(point(0, 0, [2, 1]));
  });

  it('is what one process would have made of the values of both', () => {
    const early = [0.0003, 0.011, 0.9, 1.7, 44];
    const late = [0.004, 0.0111, 3, 600];
    for (const [first, second] of [
      [3, 3],
      [5, 2],
      [-1, 4],
    ] as const) {
      const sum = addExponential(histogramOf(first, early), histogramOf(second, late));
      expect(sum).toEqual(histogramOf(Math.min(first, second), [...early, ...late]));
    }
  });

  it('of an empty one and another is the other', () => {
    expect(addExponential(point(3, 0, []), point(3, 8, [0, 7, 0]))).toEqual(point(3, 9, [7]));
    expect(addExponential(point(3, 0, []), point(3, 0, [0, 0], 2))).toEqual(point(3, 0, [], 2));
  });

  it('of values that are far apart becomes coarser rather than long', () => {
    const sum = addExponential(point(20, -(2 ** 31), [3]), point(20, 2 ** 31 - 1, [4]));
    expect(sum.counts.length).toBeLessThanOrEqual(512);
    expect(sum.counts.filter((count) => count > 0)).toEqual([3, 4]);
    expect(sum.count).toBe(7);
    expect(sum.scale).toBe(20 - 23);
    expect(addExponential(point(3, 0, [1]), point(3, 511, [1]))).toMatchObject({ scale: 3, offset: 0 });
    expect(addExponential(point(3, 0, [1]), point(3, 512, [1]))).toMatchObject({ scale: 2, offset: 0 });
  });

  it('has no sum of values if one of them has none', () => {
    expect(addExponential({ ...point(3, 0, [1]), sum: undefined }, point(3, 0, [1])).sum).toBeUndefined();
  });
});
