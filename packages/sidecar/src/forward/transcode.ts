import { isAbsent, isObject } from '../receivers/json-fields.ts';
import type { JsonObject } from '../receivers/json-fields.ts';
import { attributes } from './attributes-to-protobuf.ts';
import { message, messageOf, messages, texts } from './json-to-protobuf.ts';
import { bool, double, doubles, enumeration, fixed64, fixed64s, hex } from './json-to-protobuf.ts';
import { sfixed64, sint32, text, uint32, uint64s } from './json-to-protobuf.ts';
import type { FieldWriter, MessageWriter, OnWrong } from './json-to-protobuf.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** What came of a request in JSON. */
export interface Transcoded {
  /** The request in protobuf. */
  readonly body: Uint8Array;
  /** Data points that were left out, since protobuf cannot say what was sent. */
  readonly leftOut: number;
}

// opentelemetry-proto 1: collector/metrics/v1/metrics_service.proto, metrics/v1/metrics.proto,
// resource/v1/resource.proto and common/v1/common.proto, by the JSON names of the fields.

const TEMPORALITY = enumeration(2, [
  'AGGREGATION_TEMPORALITY_UNSPECIFIED',
  'AGGREGATION_TEMPORALITY_DELTA',
  'AGGREGATION_TEMPORALITY_CUMULATIVE',
]);

const TIMES = { startTimeUnixNano: fixed64(2), timeUnixNano: fixed64(3) };

const EXEMPLAR = oneValue({
  filteredAttributes: attributes(7),
  timeUnixNano: fixed64(2),
  asDouble: double(3),
  asInt: sfixed64(6),
  spanId: hex(4),
  traceId: hex(5),
});

const NUMBER_POINT = oneValue({
  ...TIMES,
  asDouble: double(4),
  asInt: sfixed64(6),
  exemplars: exemplars(5),
  attributes: attributes(7),
  flags: uint32(8),
});

const HISTOGRAM_POINT = messageOf({
  ...TIMES,
  count: fixed64(4),
  sum: double(5),
  bucketCounts: fixed64s(6),
  explicitBounds: doubles(7),
  exemplars: exemplars(8),
  attributes: attributes(9),
  flags: uint32(10),
  min: double(11),
  max: double(12),
});

const BUCKETS = messageOf({ offset: sint32(1), bucketCounts: uint64s(2) });

const EXPONENTIAL_POINT = messageOf({
  attributes: attributes(1),
  ...TIMES,
  count: fixed64(4),
  sum: double(5),
  scale: sint32(6),
  zeroCount: fixed64(7),
  positive: message(8, BUCKETS),
  negative: message(9, BUCKETS),
  flags: uint32(10),
  exemplars: exemplars(11),
  min: double(12),
  max: double(13),
  zeroThreshold: double(14),
});

const SUMMARY_POINT = messageOf({
  ...TIMES,
  count: fixed64(4),
  sum: double(5),
  quantileValues: messages(6, messageOf({ quantile: double(1), value: double(2) })),
  attributes: attributes(7),
  flags: uint32(8),
});

const METRIC = messageOf({
  name: text(1),
  description: text(2),
  unit: text(3),
  gauge: message(5, messageOf({ dataPoints: points(NUMBER_POINT) })),
  sum: message(
    7,
    messageOf({ dataPoints: points(NUMBER_POINT), aggregationTemporality: TEMPORALITY, isMonotonic: bool(3) }),
  ),
  histogram: message(9, messageOf({ dataPoints: points(HISTOGRAM_POINT), aggregationTemporality: TEMPORALITY })),
  exponentialHistogram: message(
    10,
    messageOf({ dataPoints: points(EXPONENTIAL_POINT), aggregationTemporality: TEMPORALITY }),
  ),
  summary: message(11, messageOf({ dataPoints: points(SUMMARY_POINT) })),
  metadata: attributes(12),
});

const SCOPE = messageOf({
  name: text(1),
  version: text(2),
  attributes: attributes(3),
  droppedAttributesCount: uint32(4),
});

const RESOURCE = messageOf({
  attributes: attributes(1),
  droppedAttributesCount: uint32(2),
  entityRefs: messages(
    3,
    messageOf({ schemaUrl: text(1), type: text(2), idKeys: texts(3), descriptionKeys: texts(4) }),
  ),
});

const REQUEST = messageOf({
  resourceMetrics: messages(
    1,
    messageOf({
      resource: message(1, RESOURCE),
      scopeMetrics: messages(
        2,
        messageOf({ scope: message(1, SCOPE), metrics: messages(2, METRIC, leaveOutMetric), schemaUrl: text(3) }),
      ),
      schemaUrl: text(3),
    }),
  ),
});

/**
 * Writes an ExportMetricsServiceRequest of OTLP/JSON in protobuf: the same resources, scopes, points, times and types.
 * Fields that the protocol does not know are left out. A point that has a field of the wrong type is left out and
 * counted, and so are those of a metric that has one; an exemplar that has one is left out, and its point stays.
 *
 * @throws {Error} if the body is not JSON, or something else than a point, metric or exemplar is of the wrong type
 * @example const { body } = transcode(Buffer.from('{"resourceMetrics":[]}'));
 */
export function transcode(json: Uint8Array): Transcoded {
  const request: unknown = JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString());
  // Pushes of Outrider shrink to 83 %; growing would copy all of it.
  const to = { writer: new ProtobufWriter(Math.ceil(json.length * 0.9)), leftOut: 0, wrong: '' };
  if (!isObject(request) || !REQUEST(to, request)) {
    throw new Error(`OTLP/JSON that has no protobuf: ${to.wrong || 'the body'} is of the wrong type`);
  }
  return { body: to.writer.finish(), leftOut: to.leftOut };
}

/** A message that has one value at most: the protocol's `oneof value`. */
function oneValue(fields: Readonly<Record<string, FieldWriter>>): MessageWriter {
  const write = messageOf(fields);
  return (to, from) => (isAbsent(from.asInt) || isAbsent(from.asDouble)) && write(to, from);
}

function points(point: MessageWriter): FieldWriter {
  return messages(1, point, leaveOutPoint);
}

function exemplars(field: number): FieldWriter {
  return messages(field, EXEMPLAR, () => true);
}

function leaveOutPoint(...[to, point]: Parameters<OnWrong>): boolean {
  if (!isObject(point)) return false;
  to.leftOut += countOf(point);
  return true;
}

function leaveOutMetric(...[to, metric, leftOutBefore]: Parameters<OnWrong>): boolean {
  if (!isObject(metric)) return false;
  to.leftOut = leftOutBefore;
  for (const type of ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']) {
    const data = metric[type];
    const dataPoints = isObject(data) ? (data.dataPoints ?? []) : [];
    if (!Array.isArray(dataPoints) || !dataPoints.every(isObject)) return false;
    for (const point of dataPoints) to.leftOut += countOf(point);
  }
  return true;
}

/** A point that says only that there is no value is not counted, as it is not by the receiver. */
function countOf({ flags }: JsonObject): 0 | 1 {
  return Number(flags) % 2 === 1 ? 0 : 1;
}
