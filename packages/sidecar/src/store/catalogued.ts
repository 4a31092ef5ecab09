import { catalogue } from '@outrider/core/catalogue';
import type { MetricKind } from '@outrider/core/catalogue';
import { isNumberMetric } from '../metric.ts';
import type { Metric, NumberMetric } from '../metric.ts';
import { catalogueBounds } from './catalogue-bounds.ts';
import { explicitBuckets } from './explicit-buckets.ts';

/**
 * A metric as the catalogue describes it: kind, unit and description are the catalogue's where the name is in it, so
 * that a sender which calls a counter a gauge, or leaves out a unit, still feeds the same series as everybody else.
 *
 * An exponential histogram under the name of an explicit one is put into the buckets of the catalogue. Other data in
 * another unit or of another shape is not the catalogue's metric and stays as it came.
 */
export function catalogued(metric: Metric): Metric {
  const definition = catalogue.get(metric.name);
  if (definition === undefined) return metric;
  if (metric.unit !== '' && dimension(metric.unit) !== dimension(definition.unit)) return metric;
  const { kind, unit, description } = definition;
  if (isNumberMetric(metric)) return isNumber(kind) ? { ...metric, kind, unit, description } : metric;
  if (kind === 'histogram' && metric.kind === 'exponential_histogram') {
    const bounds = catalogueBounds(definition);
    const points = metric.points.map((point) => ({ ...explicitBuckets(point, bounds), exponential: point }));
    return { name: metric.name, kind, unit, description, points };
  }
  return kind === metric.kind ? { ...metric, unit, description } : metric;
}

/** Whether a metric is the one of that name in the catalogue, as {@link catalogued} left it. */
export function isCatalogued(metric: Metric): boolean {
  const definition = catalogue.get(metric.name);
  return definition !== undefined && definition.kind === metric.kind && definition.unit === metric.unit;
}

// `{request}`, `{requests}`, `1` and nothing are all plain numbers.
function dimension(unit: string): string {
  const bare = unit.replace(/\{[^}]*\}/g, '');
  return bare === '1' ? '' : bare;
}

function isNumber(kind: MetricKind): kind is NumberMetric['kind'] {
  return kind === 'counter' || kind === 'updowncounter' || kind === 'gauge';
}
