import type { Decoded } from './decoded.ts';
import { OtlpBuilder } from './otlp-builder.ts';
import type { OtlpOptions } from './otlp-builder.ts';
import { countedLimits } from './counted-limits.ts';
import type { CountedLimits } from './counted-limits.ts';
import type { OtlpLimits } from './otlp-limits.ts';
import type { RawAttributes, RawMetric } from './otlp-parts.ts';
import { DATA, METRIC, REQUEST, RESOURCE, RESOURCE_METRICS, SCOPE, SCOPE_METRICS } from '../otlp-fields.ts';
import { readAttribute } from './otlp-protobuf-attributes.ts';
import { readExponential, readHistogram, readNumber, readSummary } from './otlp-protobuf-points.ts';
import { ProtobufReader } from './protobuf-reader.ts';

// Field numbers of opentelemetry-proto, metrics/v1/metrics.proto.
const TYPES: ReadonlyMap<number, RawMetric['type']> = new Map([
  [5, 'gauge'],
  [7, 'sum'],
  [9, 'histogram'],
  [10, 'exponentialHistogram'],
  [11, 'summary'],
]);

/**
 * Decodes an ExportMetricsServiceRequest in protobuf.
 *
 * @throws {RequestError} 400 if the body is not such a request, 413 if it holds too many values
 */
export function decodeOtlpProtobuf(body: Uint8Array, given: OtlpLimits, options?: OtlpOptions): Decoded {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const limits = countedLimits(given);
  const builder = new OtlpBuilder(limits, options);
  const request = new ProtobufReader(bytes, { left: limits.values });
  while (request.next()) {
    if (request.field === REQUEST.resourceMetrics) readResource(request.message(), builder, limits);
  }
  return builder.finish();
}

// Fields come in any order, so what the points need to know is looked for before the points are read.
function readResource(message: ProtobufReader, builder: OtlpBuilder, limits: CountedLimits): void {
  const attributes: Array<RawAttributes[number]> = [];
  const head = message.again();
  while (head.next()) {
    if (head.field !== RESOURCE_METRICS.resource) continue;
    const resource = head.message();
    while (resource.next()) {
      if (resource.field !== RESOURCE.attributes) continue;
      // One too many says that there are too many.
      if (attributes.length <= limits.attributesPerResource) attributes.push(readAttribute(resource.message(), limits));
    }
  }
  builder.resource(attributes);
  while (message.next()) {
    if (message.field !== RESOURCE_METRICS.scopeMetrics) continue;
    const scopeMetrics = message.message();
    readScope(scopeMetrics.again(), builder);
    while (scopeMetrics.next()) {
      if (scopeMetrics.field !== SCOPE_METRICS.metrics) continue;
      const metric = readMetric(scopeMetrics.message(), limits);
      if (metric !== undefined) builder.metric(metric);
    }
  }
}

function readScope(message: ProtobufReader, builder: OtlpBuilder): void {
  let name = '';
  let version = '';
  while (message.next()) {
    if (message.field !== SCOPE_METRICS.scope) continue;
    const scope = message.message();
    while (scope.next()) {
      if (scope.field === SCOPE.name) name = scope.string();
      else if (scope.field === SCOPE.version) version = scope.string();
    }
  }
  builder.scope(name, version);
}

function readMetric(message: ProtobufReader, limits: CountedLimits): RawMetric | undefined {
  let name = '';
  let description = '';
  let unit = '';
  let type: RawMetric['type'] | undefined;
  let begins = 0;
  const whole = message.again();
  while (message.next()) {
    if (message.field === METRIC.name) name = message.string();
    else if (message.field === METRIC.description) description = message.string();
    else if (message.field === METRIC.unit) unit = message.string();
    else {
      const found = TYPES.get(message.field);
      if (found === undefined) continue;
      // Of several types the last one counts; parts of one type make one message.
      if (found !== type) begins = message.offset;
      type = found;
      message.message();
    }
  }
  if (type === undefined) return undefined;
  const parts = (): Iterable<ProtobufReader> => eachPart(whole.again(), begins);
  const { size, temporality, monotonic } = readData(parts(), type);
  const head = { name, description, unit, size };
  switch (type) {
    case 'gauge':
      return { ...head, type, points: eachPoint(parts(), readNumber, limits) };
    case 'sum':
      return { ...head, type, temporality, monotonic, points: eachPoint(parts(), readNumber, limits) };
    case 'histogram':
      return { ...head, type, temporality, points: eachPoint(parts(), readHistogram, limits) };
    case 'exponentialHistogram':
      return { ...head, type, temporality, points: eachPoint(parts(), readExponential, limits) };
    default:
      return { ...head, type, points: eachPoint(parts(), readSummary, limits) };
  }
}

function readData(
  parts: Iterable<ProtobufReader>,
  type: RawMetric['type'],
): { readonly size: number; readonly temporality: number; readonly monotonic: boolean } {
  let size = 0;
  let temporality = 0;
  let monotonic = false;
  const temporal = type !== 'gauge' && type !== 'summary';
  for (const data of parts) {
    while (data.next()) {
      if (data.field === DATA.dataPoints) size += 1;
      else if (temporal && data.field === DATA.aggregationTemporality) temporality = data.int32();
      else if (type === 'sum' && data.field === DATA.isMonotonic) monotonic = data.bool();
    }
  }
  return { size, temporality, monotonic };
}

/**
 * The messages of a metric that hold its points, from an offset on. They are looked for anew each time: a body of half a
 * megabyte can have 250,000, of which each would take a hundred bytes.
 */
function* eachPart(metric: ProtobufReader, begins: number): Generator<ProtobufReader> {
  while (metric.next()) if (TYPES.has(metric.field) && metric.offset >= begins) yield metric.message();
}

function* eachPoint<Point>(
  parts: Iterable<ProtobufReader>,
  read: (message: ProtobufReader, limits: CountedLimits) => Point,
  limits: CountedLimits,
): Generator<Point> {
  for (const data of parts) {
    while (data.next()) if (data.field === DATA.dataPoints) yield read(data.message(), limits);
  }
}
