import { diag } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { canonicalNumber, catalogue, prometheusName } from '@outrider/core/catalogue';
import type { MetricKind } from '@outrider/core/catalogue';
import { labelsOf } from './labels.ts';
import type { Labels } from './labels.ts';
import { SCOPE_NAME } from './metric-producer.ts';

// Text without prefix, timestamps, labels from the resource, target_info and otel_scope_* labels: Prometheus knows the
// target, and the scope is not part of the contract.
const serializer = new PrometheusSerializer('', false, undefined, true, true);

/** One name in the text: who has it, and the series that are in already. */
interface Family {
  readonly own: boolean;
  readonly type: DataPointType;
  readonly series: Set<string>;
}

/**
 * Writes readings of metrics as Prometheus text 0.0.4, under the names of the sidecar's `/metrics`.
 *
 * The SDK's own serializer writes it, but leaves out unit suffixes, drops both of two metrics that want one name for
 * different types, and repeats a series that two scopes share. So the metrics are renamed and sorted out before: of
 * two that want one name the first stays, and Outrider's come first. Exponential histograms, which the format cannot
 * carry, are left out.
 *
 * @param own Outrider's reading
 * @param others readings of the application's readers; where Outrider's metrics are in them too, they are not repeated
 */
export function prometheusText(own: ResourceMetrics, others: readonly ResourceMetrics[]): string {
  const families = new Map<string, Family>();
  const metrics: MetricData[] = [];
  for (const reading of [own, ...others]) {
    for (const { scope, metrics: found } of reading.scopeMetrics) {
      if (reading !== own && scope.name === SCOPE_NAME) continue;
      for (const metric of found) {
        const exposed = expose(metric, families, reading === own);
        if (exposed !== undefined) metrics.push(exposed);
      }
    }
  }
  if (metrics.length === 0) return '';
  const scopeMetrics = [{ scope: { name: '' }, metrics }];
  return canonicalBounds(untypeCounts(serializer.serialize({ resource: own.resource, scopeMetrics })));
}

const warned = new Set<string>();

function warnOnce(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  diag.warn(message);
}

/** The metric as the serializer has to get it; undefined if nothing of it can be in the text. */
function expose(metric: MetricData, families: Map<string, Family>, own: boolean): MetricData | undefined {
  const { descriptor, dataPointType: type } = metric;
  if (type === DataPointType.EXPONENTIAL_HISTOGRAM) return undefined;
  const name = prometheusName(descriptor.name, descriptor.unit, kindOf(metric));
  const family = families.get(name) ?? { own, type, series: new Set() };
  if (name === '' || family.own !== own || family.type !== type) {
    warnOnce(`${descriptor.name} is left out of /metrics: another metric has the name ${name}`);
    return undefined;
  }
  const fixed = routeOf(descriptor.name);
  const dataPoints = [];
  for (const point of metric.dataPoints) {
    const overflowed = 'otel.metric.overflow' in point.attributes;
    const labels = labelsOf(
      { ...(overflowed ? undefined : fixed), ...point.attributes },
      type === DataPointType.HISTOGRAM ? 'le' : undefined,
    );
    if (firstOf(family.series, labels)) dataPoints.push({ ...point, attributes: labels });
  }
  families.set(name, family);
  const description = descriptor.description || `OpenTelemetry metric ${descriptor.name}.`;
  // Without a unit: the serializer would add a line that only OpenMetrics knows.
  return { ...metric, descriptor: { ...descriptor, name, description, unit: '' }, dataPoints } as MetricData;
}

function kindOf(metric: MetricData): MetricKind {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return metric.isMonotonic ? 'counter' : 'updowncounter';
    case DataPointType.GAUGE:
      return 'gauge';
    case DataPointType.HISTOGRAM:
      return 'histogram';
    default:
      return 'exponential_histogram';
  }
}

// OpenTelemetry leaves http.route out of a request that matched none; the sidecar's /metrics says `unmatched`.
const UNMATCHED = { 'http.route': 'unmatched' };

function routeOf(name: string): Readonly<Record<string, string>> | undefined {
  if (!name.startsWith('http.server.')) return undefined;
  return catalogue.get(name)?.attributes.includes('http.route') === true ? UNMATCHED : undefined;
}

function firstOf(series: Set<string>, labels: Labels): boolean {
  const key = JSON.stringify(labels);
  return series.size !== series.add(key).size;
}

// db_client_connection_count and process_unix_file_descriptor_count are gauges by name and meaning, but a declared
// gauge must not end like a part of a histogram: promtool rejects it. A line of the text that begins so is no label
// value, since line feeds in those are escaped.
function untypeCounts(text: string): string {
  return text.replaceAll(/^(# TYPE \S+_(?:count|sum|bucket)) gauge$/gm, '$1 untyped');
}

// A bucket is the same series here and at the sidecar: le="1.0". It is the last label, and no label value holds a quote
// that is not escaped.
function canonicalBounds(text: string): string {
  return text.replaceAll(
    /^(\S+_bucket\{.*\ble=")(-?[\d.e+-]+)(?="\} )/gm,
    (_line, before: string, bound: string) => before + canonicalNumber(Number(bound)),
  );
}
