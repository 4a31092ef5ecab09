import { describe, expect, it } from 'vitest';
import { explicitQuantiles, mergeExplicit } from '../../src/outlets/explicit-quantile.ts';
import { histogram } from '../store/pushes.ts';

function point(bounds: readonly number[], counts: readonly number[]) {
  return histogram('h', {}, bounds, counts, undefined).points[0]!;
}

function quantiles(of: readonly number[], bounds: readonly number[], counts: readonly number[]) {
  return explicitQuantiles(mergeExplicit([point(bounds, counts)])!, of);
}

describe('explicit histograms added up', () => {
  it('keep the bounds that all have, and lose no value', () => {
    const python = point([0.1, 0.25, 1], [10, 20, 30, 40]);
    const ours = point([0.1, 0.12, 0.25, 0.5, 1], [1, 2, 3, 4, 5, 6]);
    expect(mergeExplicit([python, ours])).toEqual({ bounds: [0.1, 0.25, 1], cumulative: [11, 36, 75], count: 121 });
    expect(mergeExplicit([ours, python])).toEqual(mergeExplicit([python, ours]));
  });

  it('may have no bound in common', () => {
    const merged = mergeExplicit([point([1], [2, 3]), point([2], [4, 5])]);
    expect(merged).toEqual({ bounds: [], cumulative: [], count: 14 });
    expect(explicitQuantiles(merged!, [0.5])).toEqual([undefined]);
  });

  it('are nothing if there are none', () => {
    expect(mergeExplicit([])).toBeUndefined();
  });
});

// The values are those of histogram_quantile in Prometheus, by its definition.
describe('quantiles of explicit histograms', () => {
  it('lie where a straight line through the bucket has them', () => {
    expect(quantiles([0.25, 0.5, 0.75], [1, 2], [50, 50, 0])).toEqual([0.5, 1, 1.5]);
  });

  it('skip buckets that hold nothing', () => {
    expect(quantiles([0, 0.5, 1], [1, 2, 4], [0, 0, 10, 0])).toEqual([2, 3, 4]);
  });

  it('are not known above the last bound', () => {
    expect(quantiles([0.5, 0.95], [1, 2], [60, 30, 10])).toEqual([50 / 60, undefined]);
    expect(quantiles([0.5], [], [10])).toEqual([undefined]);
  });

  it('below a bound that is not positive are that bound', () => {
    expect(quantiles([0.5], [-1, 1], [10, 0, 0])).toEqual([-1]);
  });

  it('are unknown if there is no value', () => {
    expect(quantiles([0.5], [1, 2], [0, 0, 0])).toEqual([undefined]);
  });
});
