import { RequestError } from '../http/request-error.ts';
import type { Decoded } from './decoded.ts';
import type { JsonObject } from './json-fields.ts';
import { arrayField, booleanField, exactOf, doubleOf, integerOf } from './json-fields.ts';
import { isAbsent, isObject, numbersOf, objectOf, textField } from './json-fields.ts';
import { scanJson } from './json-scan.ts';
import { OtlpBuilder } from './otlp-builder.ts';
import { readAttributes, structuralDepth } from './otlp-json-attributes.ts';
import type { OtlpLimits } from './otlp-limits.ts';
import { CUMULATIVE } from './otlp-parts.ts';
import type { RawAttributes, RawExponential, RawHistogram, RawMetric, RawNumber, RawPoints } from './otlp-parts.ts';
import { withSlowRequests } from './slow-requests.ts';

const TYPES = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const;

/**
 * Decodes an ExportMetricsServiceRequest in the JSON encoding of OTLP 1: names of fields in lowerCamelCase, fields that
 * are not known left out. Outrider's own field for slow requests is known.
 *
 * @throws {RequestError} 400 if the body is not such a request, 413 if it holds too many values
 */
export function decodeOtlpJson(body: Uint8Array, limits: OtlpLimits): Decoded {
  scanJson(body, { depth: structuralDepth(limits.anyValueDepth), values: limits.values });
  const builder = new OtlpBuilder(limits);
  const message = parse(body);
  for (const resourceMetrics of arrayField(message, 'resourceMetrics')) {
    readResource(objectOf(resourceMetrics, 'resourceMetrics[]'), builder, limits);
  }
  return withSlowRequests(builder.finish(), message.outriderSlowRequests);
}

function parse(body: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
  } catch (error) {
    // The parser's own message quotes the body.
    throw new RequestError(400, 'The body is not valid JSON.', { cause: error });
  }
  return objectOf(value, 'the body');
}

function readResource(from: JsonObject, builder: OtlpBuilder, limits: OtlpLimits): void {
  const resource = isAbsent(from.resource) ? {} : objectOf(from.resource, 'resource');
  const attributes = readAttributes(resource.attributes, limits);
  if (attributes === undefined) {
    throw new RequestError(400, 'The request cannot be understood: resource.attributes must be an array of KeyValue.');
  }
  builder.resource(attributes);
  for (const scopeMetrics of arrayField(from, 'scopeMetrics')) {
    for (const metric of arrayField(objectOf(scopeMetrics, 'scopeMetrics[]'), 'metrics')) {
      const raw = readMetric(objectOf(metric, 'metrics[]'), limits);
      if (raw !== undefined) builder.metric(raw);
    }
  }
}

function readMetric(from: JsonObject, limits: OtlpLimits): RawMetric | undefined {
  const name = textField(from, 'name');
  const unit = textField(from, 'unit');
  const description = textField(from, 'description');
  const [type, second] = TYPES.filter((key) => !isAbsent(from[key]));
  if (type === undefined) return undefined;
  if (second !== undefined) throw new RequestError(400, `A metric cannot be a ${type} and a ${second}.`);
  const data = objectOf(from[type], type);
  const dataPoints = arrayField(data, 'dataPoints');
  const head = { name, unit, description, size: dataPoints.length };
  const points = <Point>(read: (point: JsonObject) => Point | undefined): RawPoints<Point> =>
    eachPoint(dataPoints, read);
  switch (type) {
    case 'gauge':
      return { ...head, type, points: points((point) => readNumber(point, limits)) };
    case 'sum': {
      const monotonic = booleanField(data, 'isMonotonic');
      const temporality = readTemporality(data);
      return { ...head, type, temporality, monotonic, points: points((point) => readNumber(point, limits)) };
    }
    case 'histogram':
      return {
        ...head,
        type,
        temporality: readTemporality(data),
        points: points((point) => readHistogram(point, limits)),
      };
    case 'exponentialHistogram':
      return {
        ...head,
        type,
        temporality: readTemporality(data),
        points: points((point) => readExponential(point, limits)),
      };
    default:
      return { ...head, type };
  }
}

function* eachPoint<Point>(
  dataPoints: readonly unknown[],
  read: (point: JsonObject) => Point | undefined,
): Generator<Point | undefined> {
  for (const point of dataPoints) yield read(objectOf(point, 'dataPoints[]'));
}

function readTemporality(data: JsonObject): number {
  const value = data.aggregationTemporality ?? 0;
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return value === 'AGGREGATION_TEMPORALITY_CUMULATIVE' ? CUMULATIVE : 0;
  throw new RequestError(
    400,
    'The request cannot be understood: aggregationTemporality must be a number or the name of one.',
  );
}

/** What points of every type have; `undefined` if it cannot be understood. */
function readCommon(
  from: JsonObject,
  limits: OtlpLimits,
): { readonly attributes: RawAttributes; readonly noValue: boolean } | undefined {
  const attributes = readAttributes(from.attributes, limits);
  const flags = exactOf(from.flags);
  if (attributes === undefined || Number.isNaN(flags)) return undefined;
  return { attributes, noValue: flags % 2 === 1 };
}

function readNumber(from: JsonObject, limits: OtlpLimits): RawNumber | undefined {
  const common = readCommon(from, limits);
  if (common === undefined || (!isAbsent(from.asInt) && !isAbsent(from.asDouble))) return undefined;
  const integer = integerOf(from.asInt);
  const value = isAbsent(from.asInt) ? doubleOf(from.asDouble) : integer === undefined ? undefined : Number(integer);
  return { ...common, value };
}

/** Count and sum of a histogram; `undefined` if the sum cannot be understood. */
function readTotals(from: JsonObject): { readonly count: number; readonly sum: number | undefined } | undefined {
  const sum = doubleOf(from.sum);
  return sum === undefined && !isAbsent(from.sum) ? undefined : { count: exactOf(from.count), sum };
}

function readHistogram(from: JsonObject, limits: OtlpLimits): RawHistogram | undefined {
  const common = readCommon(from, limits);
  const totals = readTotals(from);
  const bounds = numbersOf(from.explicitBounds, doubleOf, limits.bucketsPerPoint);
  const counts = numbersOf(from.bucketCounts, exactOf, limits.bucketsPerPoint);
  if (common === undefined || totals === undefined || bounds === undefined || counts === undefined) return undefined;
  return { ...common, ...totals, bounds, counts };
}

function readExponential(from: JsonObject, limits: OtlpLimits): RawExponential | undefined {
  const common = readCommon(from, limits);
  const totals = readTotals(from);
  const positive = readBuckets(from.positive, limits);
  const negative = readBuckets(from.negative, limits);
  if (common === undefined || totals === undefined || positive === undefined || negative === undefined)
    return undefined;
  const scale = exactOf(from.scale);
  const zeroCount = exactOf(from.zeroCount);
  return { ...common, ...totals, scale, zeroCount, ...positive, negative: negative.counts };
}

function readBuckets(
  value: unknown,
  limits: OtlpLimits,
): { readonly offset: number; readonly counts: readonly number[] } | undefined {
  if (isAbsent(value)) return { offset: 0, counts: [] };
  if (!isObject(value)) return undefined;
  const counts = numbersOf(value.bucketCounts, exactOf, limits.bucketsPerPoint);
  const offset = exactOf(value.offset);
  return counts === undefined ? undefined : { offset, counts };
}
