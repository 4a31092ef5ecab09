import { attributesKey } from '../metric.ts';
import type { DeltaInterval, Metric } from '../metric.ts';
import { addPoints } from './cumulative.ts';
import type { Point } from './cumulative.ts';
import { withPoints } from './points.ts';

/**
 * One metric of those that the scopes of a process have under one name, with one point a series: what two of them counted,
 * as two instrumentations of outgoing requests do, is added up. Values of a gauge have no sum, and all stay.
 */
export function joinScopes(metrics: readonly [Metric, ...Metric[]]): Metric {
  const [first] = metrics;
  if (metrics.length === 1) return first;
  const points = metrics.flatMap((metric): readonly Point[] => metric.points);
  return withPoints(first, first.kind === 'gauge' ? points : addSameSeries(points));
}

/**
 * Points with one a series: what several of them counted is added up, and of deltas the time is that of all. A delta and a
 * count since the start have no sum: the later one stays.
 */
export function addSameSeries(points: readonly Point[]): readonly Point[] {
  const bySeries = new Map<string, Point>();
  for (const point of points) {
    const series = attributesKey(point.attributes);
    const other = bySeries.get(series);
    bySeries.set(series, other === undefined ? point : together(other, point));
  }
  return [...bySeries.values()];
}

function together(one: Point, other: Point): Point {
  const times = [intervalOf(one), intervalOf(other)].filter((interval) => interval !== undefined);
  // A sum of these would fall with the next push, which a reader takes for a process that began anew.
  if (times.length === 1) return other;
  const sum = addPoints(one, other);
  if (times.length === 0 || 'quantiles' in sum) return sum;
  const start = Math.min(...times.map((interval) => interval.start));
  return { ...sum, interval: { start, end: Math.max(...times.map((interval) => interval.end)) } };
}

function intervalOf(point: Point): DeltaInterval | undefined {
  return 'interval' in point ? point.interval : undefined;
}
