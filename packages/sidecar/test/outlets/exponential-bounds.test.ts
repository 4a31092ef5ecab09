import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExponentialPoint } from '../../src/metric.ts';
import { toPowersOfTwo } from '../../src/outlets/exponential-bounds.ts';

function exponential(values: Partial<ExponentialPoint>): ExponentialPoint {
  const point = { attributes: [], sum: 1, scale: 0, zeroCount: 0, offset: 0, counts: [], ...values };
  return { ...point, count: point.counts.reduce((a, b) => a + b, point.zeroCount) };
}

function converted(values: Partial<ExponentialPoint>): readonly [readonly number[], readonly number[]] {
  const { bounds, counts } = toPowersOfTwo(exponential(values));
  return [bounds, counts];
}

describe('an exponential histogram with powers of two as bounds', () => {
  it('joins finer buckets, exactly, and has the zeros in the lowest', () => {
    // Scale 2: four buckets a power of two; -3 is in (1/2, 1], 4 in (2, 4].
    expect(converted({ scale: 2, offset: -3, counts: [1, 2, 4, 8, 16, 32, 64, 128], zeroCount: 5 })).toEqual([
      [0.5, 1, 2, 4],
      [5, 7, 120, 128, 0],
    ]);
  });

  it('keeps the bounds of a coarser one', () => {
    expect(converted({ scale: -1, offset: -1, counts: [3, 0, 2], zeroCount: 1 })).toEqual([
      [0.25, 1, 4, 16],
      [1, 3, 0, 2, 0],
    ]);
  });

  it('has nothing of empty buckets at its ends', () => {
    expect(converted({ counts: [0, 0, 7, 0] })).toEqual([
      [4, 8],
      [0, 7, 0],
    ]);
    expect(converted({ counts: [0, 0] })).toEqual([[], [0]]);
    expect(converted({ zeroCount: 3 })).toEqual([[1], [3, 0]]);
  });

  it('puts what no double can name into the outermost buckets', () => {
    expect(converted({ offset: -1076, counts: [1, 1, 1], zeroCount: 1 })).toEqual([
      [2 ** -1074, 2 ** -1073],
      [3, 1, 0],
    ]);
    expect(converted({ offset: 1022, counts: [1, 1, 1] })).toEqual([
      [2 ** 1022, 2 ** 1023],
      [0, 1, 2],
    ]);
    expect(converted({ scale: -10, offset: 2 ** 31 - 1, counts: [2] })).toEqual([[], [2]]);
  });

  it('keeps attributes, count, sum and exemplars', () => {
    const kept = { attributes: [['a', 'b']] as const, sum: 12, exemplars: [] };
    expect(toPowersOfTwo(exponential({ ...kept, counts: [1] }))).toMatchObject({ ...kept, count: 1 });
    expect(toPowersOfTwo(exponential({ counts: [1] }))).not.toHaveProperty('exemplars');
  });

  it('counts whatever is in it once, at a bound that is not below it', () => {
    const point = fc.record({
      scale: fc.integer({ min: -10, max: 20 }),
      zeroCount: fc.nat(100),
      offset: fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: -2000, max: 2000 })),
      counts: fc.array(fc.nat(3), { maxLength: 512 }),
    });
    fc.assert(
      fc.property(point.map(exponential), (from) => {
        const { count, bounds, counts } = toPowersOfTwo(from);
        expect(counts).toHaveLength(bounds.length + 1);
        expect(counts.reduce((a, b) => a + b, 0)).toBe(count);
        for (const [i, bound] of bounds.entries()) {
          expect(bound > (bounds[i - 1] ?? 0) && Number.isInteger(Math.log2(bound))).toBe(true);
          const upTo = counts.slice(0, i + 1).reduce((a, b) => a + b, 0);
          const exponent = Math.log2(bound) * 2 ** from.scale;
          const exact = from.counts.reduce(
            (sum, one, at) => (from.offset + at + 1 <= exponent ? sum + one : sum),
            from.zeroCount,
          );
          expect(upTo).toBe(exact);
        }
      }),
    );
  });
});
