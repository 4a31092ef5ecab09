import { attributesKey } from '../metric.ts';
import type { Metric } from '../metric.ts';
import type { Point } from './cumulative.ts';

/** What makes two metrics of one process the same: two scopes may use a name for different things. */
export function metricKey(metric: Metric): string {
  return JSON.stringify([metric.name, metric.kind, metric.unit]);
}

/** The canonical keys of the points of a metric, in their order. */
export function pointKeys(metric: Metric): string[] {
  return metric.points.map(({ attributes }) => attributesKey(attributes));
}

/** Whether two states of a metric have the same series in the same order, as two pushes of one process mostly do. */
export function haveSameSeries(first: Metric, second: Metric): boolean {
  return (
    first.points.length === second.points.length &&
    first.points.every(({ attributes }, at) => {
      const others = second.points[at]?.attributes;
      return (
        others?.length === attributes.length &&
        attributes.every(([name, value], i) => name === others[i]?.[0] && value === others[i]?.[1])
      );
    })
  );
}

/** The metric with other points; those of another kind are left out. */
export function withPoints(metric: Metric, points: readonly Point[]): Metric {
  switch (metric.kind) {
    case 'histogram':
      return { ...metric, points: points.filter((point) => 'bounds' in point) };
    case 'summary':
      return { ...metric, points: points.filter((point) => 'quantiles' in point) };
    case 'exponential_histogram':
      return { ...metric, points: points.filter((point) => 'scale' in point) };
    default:
      return { ...metric, points: points.filter((point) => 'value' in point) };
  }
}

/**
 * As many points of a metric as there is room for. A series that is held already has its place; new ones take what is
 * left, in the order they came.
 *
 * @param held the keys of the series that are held
 * @param room points that the metric may have, at least as many as it has of those
 */
export function fitPoints(metric: Metric, held: ReadonlySet<string>, room: number): Metric {
  if (metric.points.length <= room) return metric;
  const keys = pointKeys(metric);
  const known = new Set(keys.filter((key) => held.has(key)));
  let left = room - known.size;
  const fitting = metric.points.filter((_point, at) => {
    const key = keys[at] ?? '';
    // Each known series has one place: a second point of the same series is not let in beside it.
    if (known.delete(key)) return true;
    if (held.has(key) || left <= 0) return false;
    left -= 1;
    return true;
  });
  return withPoints(metric, fitting);
}
