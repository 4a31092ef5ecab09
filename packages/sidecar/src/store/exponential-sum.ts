import type { ExponentialPoint } from '../metric.ts';

// As many as a receiver takes in with one point. Data of one service lie close together and never need more; two points
// at the ends of what a double can hold would need billions.
const MOST_BUCKETS = 512;

/**
 * Adds two exponential histograms: both are brought to the coarser of their scales and their buckets put side by side
 * (OpenTelemetry's metrics data model, "Exponential Histograms": one step down joins the buckets 2k and 2k+1 into k,
 * exactly). The scale goes down further where the sum would span more than 512 buckets.
 */
export function addExponential(a: ExponentialPoint, b: ExponentialPoint): ExponentialPoint {
  const used = [usedRange(a), usedRange(b)].filter((range) => range !== undefined);
  let scale = Math.min(a.scale, b.scale);
  while (spanAt(scale, used) > MOST_BUCKETS) scale -= 1;
  const offset = used.length === 0 ? 0 : firstAt(scale, used);
  const span = spanAt(scale, used);
  const counts: number[] = [];
  // Array.from takes several times as long as all of the rest.
  while (counts.length < span) counts.push(0);
  for (const { point, first, last } of used) {
    const joined = 2 ** (point.scale - scale);
    for (let index = first; index <= last; index += 1) {
      const at = Math.floor(index / joined) - offset;
      counts[at] = (counts[at] ?? 0) + (point.counts[index - point.offset] ?? 0);
    }
  }
  return {
    attributes: a.attributes,
    count: a.count + b.count,
    sum: a.sum === undefined || b.sum === undefined ? undefined : a.sum + b.sum,
    scale,
    zeroCount: a.zeroCount + b.zeroCount,
    offset,
    counts,
  };
}

/** The indexes of the first and the last bucket of a histogram that holds anything. */
interface UsedRange {
  readonly point: ExponentialPoint;
  readonly first: number;
  readonly last: number;
}

function usedRange(point: ExponentialPoint): UsedRange | undefined {
  const first = point.counts.findIndex((count) => count !== 0);
  if (first === -1) return undefined;
  const last = point.counts.findLastIndex((count) => count !== 0);
  return { point, first: point.offset + first, last: point.offset + last };
}

function firstAt(scale: number, used: readonly UsedRange[]): number {
  return Math.min(...used.map(({ point, first }) => Math.floor(first / 2 ** (point.scale - scale))));
}

/** How many buckets all of them span at a scale. */
function spanAt(scale: number, used: readonly UsedRange[]): number {
  if (used.length === 0) return 0;
  const last = Math.max(...used.map((range) => Math.floor(range.last / 2 ** (range.point.scale - scale))));
  return last - firstAt(scale, used) + 1;
}
