import { isNumberMetric } from '../metric.ts';
import type { Metric } from '../metric.ts';

/** Metrics with every name once, and why some could not be merged. */
export interface MergedFamilies {
  readonly metrics: readonly Metric[];
  readonly absent: Readonly<Record<string, string>>;
}

/** Joins the points of metrics of the same name: one family each, as outlets write them. */
export function mergeFamilies(metrics: readonly Metric[]): MergedFamilies {
  const merged = new Map<string, Metric>();
  const absent: Record<string, string> = {};
  for (const metric of metrics) {
    const known = merged.get(metric.name);
    const joined = known === undefined ? metric : join(known, metric);
    if (joined === undefined) absent[metric.name] = `points that are a ${metric.kind} in ${metric.unit} were left out`;
    else merged.set(metric.name, joined);
  }
  return { metrics: [...merged.values()], absent };
}

function join(a: Metric, b: Metric): Metric | undefined {
  if (a.kind !== b.kind || a.unit !== b.unit) return undefined;
  // The kinds are equal, which the compiler cannot carry from one union to the other.
  if (a.kind === 'histogram' && b.kind === 'histogram') return { ...a, points: [...a.points, ...b.points] };
  if (a.kind === 'exponential_histogram' && b.kind === 'exponential_histogram') {
    return { ...a, points: [...a.points, ...b.points] };
  }
  if (isNumberMetric(a) && isNumberMetric(b)) return { ...a, points: [...a.points, ...b.points] };
  return undefined;
}
