import type { MetricKind } from '@outrider/core/catalogue';
import { decodeOfficially } from './official-protobuf.ts';

/** What of a metric is the same on every path. */
export interface MetricShape {
  readonly unit: string;
  readonly kind: MetricKind | 'summary';
  /** Names of the attributes of all points, sorted. */
  readonly attributes: readonly string[];
}

interface Data {
  readonly dataPoints?: ReadonlyArray<{ readonly attributes?: ReadonlyArray<{ readonly key: string }> }>;
  readonly isMonotonic?: boolean;
}

type Type = 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram' | 'summary';

interface OfficialMetric extends Partial<Readonly<Record<Type, Data>>> {
  readonly name: string;
  readonly unit?: string;
}

interface Official {
  readonly resourceMetrics: ReadonlyArray<{
    readonly scopeMetrics?: ReadonlyArray<{ readonly metrics?: readonly OfficialMetric[] }>;
  }>;
}

/** The metrics of requests in protobuf by name, as the official definition reads them. */
export function shapesOf(requests: readonly Uint8Array[]): Map<string, MetricShape> {
  const shapes = new Map<string, MetricShape>();
  for (const metric of requests.flatMap(metricsOf)) {
    const { kind, data } = kindOf(metric);
    const keys = (data.dataPoints ?? []).flatMap(({ attributes = [] }) => attributes.map(({ key }) => key));
    const before = shapes.get(metric.name);
    const shape = {
      unit: metric.unit ?? '',
      kind,
      attributes: [...new Set([...(before?.attributes ?? []), ...keys])].toSorted(),
    };
    if (before !== undefined && (before.unit !== shape.unit || before.kind !== shape.kind)) {
      throw new Error(`${metric.name} is a ${before.kind} in ${before.unit} and a ${shape.kind} in ${shape.unit}`);
    }
    shapes.set(metric.name, shape);
  }
  return shapes;
}

function metricsOf(request: Uint8Array): readonly OfficialMetric[] {
  const { resourceMetrics } = decodeOfficially(request) as Official;
  return resourceMetrics.flatMap(({ scopeMetrics = [] }) => scopeMetrics.flatMap(({ metrics = [] }) => metrics));
}

function kindOf(metric: OfficialMetric): { readonly kind: MetricShape['kind']; readonly data: Data } {
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
  if (gauge !== undefined) return { kind: 'gauge', data: gauge };
  if (sum !== undefined) return { kind: sum.isMonotonic === true ? 'counter' : 'updowncounter', data: sum };
  if (histogram !== undefined) return { kind: 'histogram', data: histogram };
  if (exponentialHistogram !== undefined) return { kind: 'exponential_histogram', data: exponentialHistogram };
  if (summary !== undefined) return { kind: 'summary', data: summary };
  throw new Error(`${metric.name} has no data`);
}
