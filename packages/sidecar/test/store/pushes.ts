import type { Attributes, HistogramMetric, Metric, NumberMetric } from '../../src/metric.ts';
import type { ResourceMetrics } from '../../src/receivers/decoded.ts';

/** Attributes from an object, sorted as receivers sort them. */
export function attributes(of: Readonly<Record<string, string>>): Attributes {
  return Object.entries(of).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** A number metric as an application would send it. */
export function number(
  name: string,
  kind: NumberMetric['kind'],
  points: ReadonlyArray<readonly [value: number, attributes?: Readonly<Record<string, string>>]>,
  unit = '',
): NumberMetric {
  return {
    name,
    kind,
    unit,
    description: '',
    points: points.map(([value, of = {}]) => ({ value, attributes: attributes(of) })),
  };
}

/** A histogram with one point. */
export function histogram(
  name: string,
  of: Readonly<Record<string, string>>,
  bounds: readonly number[],
  counts: readonly number[],
  sum: number | undefined,
): HistogramMetric {
  const count = counts.reduce((total, one) => total + one, 0);
  return {
    name,
    kind: 'histogram',
    unit: 's',
    description: '',
    points: [{ attributes: attributes(of), bounds, counts, count, sum }],
  };
}

/** What a resource has that says with its push that it is the last. */
export const GOODBYE: Readonly<Record<string, string>> = { 'outrider.shutdown': 'true' };

/** What one process pushes. */
export function from(
  instance: string,
  metrics: readonly Metric[],
  resource: Readonly<Record<string, string>> = {},
): ResourceMetrics {
  return { resource: attributes({ 'service.name': 'shop', 'service.instance.id': instance, ...resource }), metrics };
}
