import type { Attributes, Metric } from '../metric.ts';
import type { SlowRequest } from '../slow-request.ts';
import type { Point } from './cumulative.ts';
import { pointKeys, withPoints } from './points.ts';

// What a line of /metrics has beside the labels that were sent, and what a value takes in memory, are about as much.
const LINE_BYTES = 64;
const EXEMPLAR_BYTES = 160;
const SLOW_REQUEST_BYTES = 512;

/**
 * Roughly the bytes of a metric: what its lines in `/metrics` take, which is more than what is held of it. A point with long
 * labels and many buckets makes 20,000 times of itself there, since each line has all labels.
 */
export function weightOf({ name, points }: Metric): number {
  let weight = 0;
  for (const point of points) weight += pointWeight(name, point);
  return weight;
}

/** Roughly the bytes of a point of a metric of that name. */
export function pointWeight(name: string, point: Point): number {
  const exemplars = 'exemplars' in point ? (point.exemplars?.length ?? 0) : 0;
  return linesOf(point) * (LINE_BYTES + name.length + attributesWeight(point.attributes)) + exemplars * EXEMPLAR_BYTES;
}

/** Roughly the bytes of attributes. */
export function attributesWeight(attributes: Attributes): number {
  let weight = 0;
  for (const [name, value] of attributes) weight += name.length + value.length + 4;
  return weight;
}

/** Roughly the bytes of slow requests. */
export function slowRequestsWeight(slowRequests: readonly SlowRequest[] = []): number {
  return slowRequests.reduce((weight, { route }) => weight + SLOW_REQUEST_BYTES + route.length, 0);
}

/** As many points of a metric as weigh no more than this: those that are held first, then the others, as they came. */
export function fitWeight(metric: Metric, held: ReadonlySet<string>, room: number): Metric {
  const keys = pointKeys(metric);
  const fitting = new Set<number>();
  let left = room;
  for (const isTurn of [(key: string) => held.has(key), (key: string) => !held.has(key)]) {
    for (const [at, point] of metric.points.entries()) {
      const weight = pointWeight(metric.name, point);
      if (!isTurn(keys[at] ?? '') || weight > left) continue;
      left -= weight;
      fitting.add(at);
    }
  }
  return withPoints(
    metric,
    metric.points.filter((_point, at) => fitting.has(at)),
  );
}

function linesOf(point: Point): number {
  if ('value' in point) return 1;
  return ('quantiles' in point ? point.quantiles.length : point.counts.length) + 3;
}
