import { attributesKey } from '../metric.ts';
import type { Attributes, Metric } from '../metric.ts';

interface Point {
  readonly attributes: Attributes;
}

/** What makes two metrics of one process the same: two scopes may use a name for different things. */
export function metricKey(metric: Metric): string {
  return JSON.stringify([metric.name, metric.kind, metric.unit]);
}

/** The metric with those of its points that `keep` wants. */
function selectPoints(metric: Metric, keep: (point: Point) => boolean): Metric {
  switch (metric.kind) {
    case 'histogram':
      return { ...metric, points: metric.points.filter(keep) };
    case 'exponential_histogram':
      return { ...metric, points: metric.points.filter(keep) };
    default:
      return { ...metric, points: metric.points.filter(keep) };
  }
}

/** The points of two metrics under one: those of `second` follow, if it is of the same kind. */
export function joinPoints(first: Metric, second: Metric): Metric {
  if (first.kind === 'histogram') {
    return second.kind === 'histogram' ? { ...first, points: [...first.points, ...second.points] } : first;
  }
  if (first.kind === 'exponential_histogram') {
    return second.kind === 'exponential_histogram' ? { ...first, points: [...first.points, ...second.points] } : first;
  }
  if (second.kind === 'histogram' || second.kind === 'exponential_histogram') return first;
  return { ...first, points: [...first.points, ...second.points] };
}

/**
 * As many points of a metric as there is room for. A series that was there before has its place; new ones take what
 * is left, in the order they came.
 *
 * @param room points that the metric may have, at least as many as `before` has
 */
export function fitPoints(metric: Metric, before: Metric | undefined, room: number): Metric {
  if (metric.points.length <= room) return metric;
  const old = new Set(before?.points.map((point) => attributesKey(point.attributes)));
  const known = new Set<string>();
  for (const point of metric.points) {
    const key = attributesKey(point.attributes);
    if (old.has(key)) known.add(key);
  }
  let left = room - known.size;
  return selectPoints(metric, ({ attributes }) => {
    const key = attributesKey(attributes);
    // Each known series has one place: a second point of the same series is not let in beside it.
    if (known.delete(key)) return true;
    if (old.has(key) || left <= 0) return false;
    left -= 1;
    return true;
  });
}
