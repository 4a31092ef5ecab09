import type { HistogramPoint } from '../metric.ts';

/** Explicit histograms added up. */
export interface MergedExplicit {
  /** The upper bounds that all of them have, rising. */
  readonly bounds: readonly number[];
  /** For each bound how many values are not above it. */
  readonly cumulative: readonly number[];
  /** How many values there are. */
  readonly count: number;
}

/**
 * Adds up explicit histograms. Where bounds differ, those that all have are kept: how many values are not above one of
 * them is known exactly.
 *
 * @returns undefined for no histograms
 */
export function mergeExplicit(points: readonly HistogramPoint[]): MergedExplicit | undefined {
  const [first, ...others] = points;
  if (first === undefined) return undefined;
  const common = others.reduce((bounds, point) => {
    const has = new Set(point.bounds);
    return bounds.filter((bound) => has.has(bound));
  }, first.bounds);
  const kept = new Map(common.map((bound, at) => [bound, at]));
  const cumulative = common.map(() => 0);
  let count = 0;
  for (const point of points) {
    let seen = 0;
    for (const [i, bound] of point.bounds.entries()) {
      seen += point.counts[i] ?? 0;
      const at = kept.get(bound);
      if (at !== undefined) cumulative[at] = (cumulative[at] ?? 0) + seen;
    }
    count += seen + (point.counts[point.bounds.length] ?? 0);
  }
  return { bounds: common, cumulative, count };
}

/**
 * Estimates quantiles of an explicit histogram by linear interpolation within the bucket, as Prometheus'
 * `histogram_quantile` does; the first bucket begins at 0. The error is up to the width of the bucket.
 *
 * @param quantiles shares from 0 to 1
 * @returns one estimate for each, in the unit of the values; undefined where it lies above the last bound, of which no
 * more is known
 */
export function explicitQuantiles(
  { bounds, cumulative, count }: MergedExplicit,
  quantiles: readonly number[],
): ReadonlyArray<number | undefined> {
  return quantiles.map((quantile) => {
    const rank = quantile * count;
    const at = cumulative.findIndex((below) => below > 0 && below >= rank);
    const upper = bounds[at];
    if (upper === undefined) return undefined;
    const lower = bounds[at - 1] ?? Math.min(0, upper);
    const below = cumulative[at - 1] ?? 0;
    return lower + ((upper - lower) * (rank - below)) / ((cumulative[at] ?? 0) - below);
  });
}
