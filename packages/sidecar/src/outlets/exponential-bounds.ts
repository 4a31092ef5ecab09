import type { ExponentialPoint, HistogramPoint } from '../metric.ts';

// The powers of two that a double holds: 2^-1074 is the least above zero, 2^1023 the largest.
const LEAST_EXPONENT = -1074;
const LARGEST_EXPONENT = 1023;

/**
 * An exponential histogram as an explicit one whose bounds are powers of two: at scale 0, or at its own where that is
 * coarser. Counts are exact, since one step down joins the buckets 2k and 2k+1 into k (OpenTelemetry's metrics data
 * model, "Exponential Scale"); a quantile can be off by a factor of two.
 *
 * The lowest bucket holds the zeros. Values too small for a double to tell from zero are in it, too large ones above the
 * last bound.
 *
 * @example toPowersOfTwo({ scale: 1, offset: 0, counts: [1, 2], … }) // bounds [1, 2], counts [zeroCount, 3, 0]
 */
export function toPowersOfTwo(point: ExponentialPoint): HistogramPoint {
  const { attributes, count, sum, exemplars } = point;
  // How many of its buckets are one of these, and how many powers of two one of these spans.
  const joined = 2 ** Math.max(point.scale, 0);
  const step = 2 ** Math.max(-point.scale, 0);
  const byIndex = new Map<number, number>();
  let below = point.zeroCount;
  let above = 0;
  for (const [i, values] of point.counts.entries()) {
    if (values === 0) continue;
    const index = Math.floor((point.offset + i) / joined);
    const exponent = (index + 1) * step;
    if (exponent < LEAST_EXPONENT) below += values;
    else if (exponent > LARGEST_EXPONENT) above += values;
    else byIndex.set(index, (byIndex.get(index) ?? 0) + values);
  }
  const bounds: number[] = [];
  const counts: number[] = [];
  if (byIndex.size > 0) {
    const first = Math.min(...byIndex.keys());
    const last = Math.max(...byIndex.keys());
    // Its lower end, below which only zeros are, where a double can name it.
    if (first * step >= LEAST_EXPONENT) {
      bounds.push(2 ** (first * step));
      counts.push(below);
      below = 0;
    }
    for (let index = first; index <= last; index += 1) {
      bounds.push(2 ** ((index + 1) * step));
      counts.push((byIndex.get(index) ?? 0) + below);
      below = 0;
    }
  } else if (below > 0) {
    bounds.push(1);
    counts.push(below);
    below = 0;
  }
  counts.push(above + below);
  return { attributes, count, sum, bounds, counts, ...(exemplars === undefined ? {} : { exemplars }) };
}
