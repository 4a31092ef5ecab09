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

function addSameSeries(points: readonly Point[]): readonly Point[] {
  const bySeries = new Map<string, Point>();
  for (const point of points) {
    const series = attributesKey(point.attributes);
    const other = bySeries.get(series);
    bySeries.set(series, other === undefined ? point : together(other, point));
  }
  return [...bySeries.values()];
}

function together(one: Point, other: Point): Point {
  const sum = addPoints(one, other);
  const times = [intervalOf(one), intervalOf(other)].filter((interval) => interval !== undefined);
  if (times.length < 2 || 'quantiles' in sum) return sum;
  const start = Math.min(...times.map((interval) => interval.start));
  return { ...sum, interval: { start, end: Math.max(...times.map((interval) => interval.end)) } };
}

function intervalOf(point: Point): DeltaInterval | undefined {
  return 'interval' in point ? point.interval : undefined;
}
