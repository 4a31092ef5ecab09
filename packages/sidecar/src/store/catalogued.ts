import { catalogue } from '@outrider/core/catalogue';
import type { MetricKind } from '@outrider/core/catalogue';
import { isNumberMetric } from '../metric.ts';
import type { Metric, NumberMetric } from '../metric.ts';

/**
 * A metric as the catalogue describes it: kind, unit and description are the catalogue's where the name is in it, so
 * that a sender which calls a counter a gauge, or leaves out a unit, still feeds the same series as everybody else.
 *
 * Data in another unit or of another shape is not the catalogue's metric and stays as it came.
 */
export function catalogued(metric: Metric): Metric {
  const definition = catalogue.get(metric.name);
  if (definition === undefined) return metric;
  if (metric.unit !== '' && dimension(metric.unit) !== dimension(definition.unit)) return metric;
  const { kind, unit, description } = definition;
  if (isNumberMetric(metric)) return isNumber(kind) ? { ...metric, kind, unit, description } : metric;
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
