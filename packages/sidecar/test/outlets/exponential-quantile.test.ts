import { describe, expect, it } from 'vitest';
import type { ExponentialPoint } from '../../src/metric.ts';
import { exponentialQuantiles, mergeExponential, quantileErrorBound } from '../../src/outlets/exponential-quantile.ts';

const QUANTILES = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

// A small generator with a seed (mulberry32), so that a failure can be repeated.
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Puts values into buckets by comparison with the bounds, not by the logarithm that the estimate uses. */
function bucketed(values: readonly number[], scale: number): ExponentialPoint {
  const base = 2 ** (2 ** -scale);
  const counts = new Map<number, number>();
  let zeroCount = 0;
  for (const value of values) {
    if (value === 0) {
      zeroCount += 1;
      continue;
    }
    let index = Math.ceil(Math.log(value) / Math.log(base)) - 1;
    while (value <= base ** index) index -= 1;
    while (value > base ** (index + 1)) index += 1;
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  const offset = counts.size === 0 ? 0 : Math.min(...counts.keys());
  const length = counts.size === 0 ? 0 : Math.max(...counts.keys()) - offset + 1;
  return {
    attributes: [],
    count: values.length,
    sum: undefined,
    scale,
    zeroCount,
    offset,
    counts: Array.from({ length }, (_, i) => counts.get(offset + i) ?? 0),
  };
}

function exact(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(quantile * sorted.length - 1e-9)) - 1] ?? NaN;
}

function estimates(points: readonly ExponentialPoint[], quantiles: readonly number[] = QUANTILES): readonly number[] {
  const merged = mergeExponential(points);
  return (merged && exponentialQuantiles(merged, quantiles)) ?? [];
}

const distributions: Readonly<Record<string, (uniform: () => number) => number>> = {
  uniform: (uniform) => uniform(),
  exponential: (uniform) => -0.05 * Math.log(1 - uniform()),
  'log-normal': (uniform) =>
    0.02 * Math.exp(1.5 * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())),
  'two humps': (uniform) => (uniform() < 0.9 ? 0.001 + 0.001 * uniform() : 2 + uniform()),
  'powers of two': (uniform) => 2 ** Math.floor(uniform() * 20 - 10),
  'some zeros': (uniform) => (uniform() < 0.3 ? 0 : uniform()),
};

describe('an estimated quantile', () => {
  for (const [name, draw] of Object.entries(distributions)) {
    for (const scale of [-1, 0, 3, 8]) {
      it(`of ${name} values at scale ${scale} is within the bound of the exact one`, () => {
        const uniform = random(scale + 17);
        const values = Array.from({ length: 2_000 }, () => draw(uniform));
        const bound = quantileErrorBound(scale) + 1e-9;
        for (const [i, estimate] of estimates([bucketed(values, scale)]).entries()) {
          const truth = exact(values, QUANTILES[i] ?? NaN);
          expect(Math.abs(estimate - truth)).toBeLessThanOrEqual(bound * truth);
        }
      });
    }
  }

  it('reaches its bound at both ends of a bucket, so there is no better one', () => {
    const base = 2 ** (1 / 8);
    const bound = quantileErrorBound(3);
    const [low = 0] = estimates([bucketed([base ** 4 * (1 + 1e-12)], 3)], [0.5]);
    const [high = 0] = estimates([bucketed([base ** 5], 3)], [0.5]);
    expect(low / base ** 4 - 1).toBeCloseTo(bound, 9);
    expect(1 - high / base ** 5).toBeCloseTo(bound, 9);
  });

  it('is off by 4.33 % at most at the scale of the recorder', () => {
    expect(quantileErrorBound(3)).toBeCloseTo(0.0433, 4);
    expect(quantileErrorBound(3)).toBeLessThan(0.044);
  });

  it('takes the rank that the share says, without a slip of the floating point', () => {
    const point = bucketed([...Array.from({ length: 7 }, () => 1), ...Array.from({ length: 93 }, () => 1000)], 3);
    expect(estimates([point], [0.07])[0]).toBeLessThan(2);
    expect(estimates([point], [0.08])[0]).toBeGreaterThan(900);
  });

  it('is zero among the zeros', () => {
    expect(estimates([bucketed([0, 0, 0, 5], 3)], [0.5, 0.75])).toEqual([0, 0]);
  });

  it('of nothing is not there', () => {
    expect(mergeExponential([])).toBeUndefined();
    expect(estimates([bucketed([], 3)])).toEqual([]);
  });
});

describe('merged histograms', () => {
  it('are the histogram of all values together', () => {
    const uniform = random(1);
    const values = Array.from({ length: 900 }, () => uniform() ** 4);
    const parts = [values.slice(0, 100), values.slice(100, 600), values.slice(600)].map((part) => bucketed(part, 3));
    expect(estimates(parts)).toEqual(estimates([bucketed(values, 3)]));
  });

  it('of different scales are that of the coarsest', () => {
    const uniform = random(2);
    const values = Array.from({ length: 900 }, () => uniform() ** 4);
    const parts = [
      bucketed(values.slice(0, 300), 5),
      bucketed(values.slice(300, 600), 1),
      bucketed(values.slice(600), 3),
    ];
    expect(mergeExponential(parts)?.scale).toBe(1);
    expect(estimates(parts)).toEqual(estimates([bucketed(values, 1)]));
  });

  it('of a hostile sender take no more room than they have buckets, and stay finite', () => {
    const far = (offset: number, scale: number): ExponentialPoint => ({
      ...bucketed([1], scale),
      offset,
      counts: [1, 1],
    });
    const merged = mergeExponential([
      far(-(2 ** 31), 20),
      far(2 ** 31 - 2, 20),
      far(2 ** 31 - 2, -10),
      far(-(2 ** 31), -10),
    ]);
    expect(merged?.buckets.size).toBeLessThanOrEqual(8);
    for (const estimate of (merged && exponentialQuantiles(merged, QUANTILES)) ?? []) {
      expect(estimate).toBeGreaterThanOrEqual(0);
      expect(estimate).toBeLessThan(Infinity);
    }
  });
});
