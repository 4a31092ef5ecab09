import { RequestError } from '../http/request-error.ts';
import type { Decoded } from './decoded.ts';
import type { JsonObject } from './json-fields.ts';
import { arrayField, booleanField, isAbsent, objectOf, textField } from './json-fields.ts';
import { scanJson } from './json-scan.ts';
import { OtlpBuilder } from './otlp-builder.ts';
import type { OtlpOptions } from './otlp-builder.ts';
import { readAttributes, structuralDepth } from './otlp-json-attributes.ts';
import { readExponential, readHistogram, readNumber, readSummary } from './otlp-json-points.ts';
import { countedLimits } from './counted-limits.ts';
import type { CountedLimits } from './counted-limits.ts';
import type { OtlpLimits } from './otlp-limits.ts';
import { CUMULATIVE, DELTA } from './otlp-parts.ts';
import type { RawMetric, RawPoints } from './otlp-parts.ts';
import { withSlowRequests } from './slow-requests.ts';

const TEMPORALITIES: ReadonlyMap<string, number> = new Map([
  ['AGGREGATION_TEMPORALITY_DELTA', DELTA],
  ['AGGREGATION_TEMPORALITY_CUMULATIVE', CUMULATIVE],
]);

const TYPES = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const;

/**
 * Decodes an ExportMetricsServiceRequest in the JSON encoding of OTLP 1: names of fields in lowerCamelCase, fields that
 * are not known left out. Outrider's own field for slow requests is known.
 *
 * @throws {RequestError} 400 if the body is not such a request, 413 if it holds too many values
 */
export function decodeOtlpJson(body: Uint8Array, given: OtlpLimits, options?: OtlpOptions): Decoded {
  const { values, fieldNames } = given;
  scanJson(body, { depth: structuralDepth(given.anyValueDepth), values, fieldNames });
  const limits = countedLimits(given);
  const builder = new OtlpBuilder(limits, options);
  const message = parse(body);
  for (const resourceMetrics of arrayField(message, 'resourceMetrics')) {
    readResource(objectOf(resourceMetrics, 'resourceMetrics[]'), builder, limits);
  }
  return withSlowRequests(builder.finish(), message.outriderSlowRequests, limits);
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

function readResource(from: JsonObject, builder: OtlpBuilder, limits: CountedLimits): void {
  const resource = isAbsent(from.resource) ? {} : objectOf(from.resource, 'resource');
  const attributes = readAttributes(resource.attributes, limits);
  if (attributes === undefined) {
    throw new RequestError(400, 'The request cannot be understood: resource.attributes must be an array of KeyValue.');
  }
  builder.resource(attributes);
  for (const each of arrayField(from, 'scopeMetrics')) {
    const scopeMetrics = objectOf(each, 'scopeMetrics[]');
    const scope = isAbsent(scopeMetrics.scope) ? {} : objectOf(scopeMetrics.scope, 'scope');
    builder.scope(textField(scope, 'name'), textField(scope, 'version'));
    for (const metric of arrayField(scopeMetrics, 'metrics')) {
      const raw = readMetric(objectOf(metric, 'metrics[]'), limits);
      if (raw !== undefined) builder.metric(raw);
    }
  }
}

function readMetric(from: JsonObject, limits: CountedLimits): RawMetric | undefined {
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
      return { ...head, type, points: points((point) => readSummary(point, limits)) };
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
  if (typeof value === 'string') return TEMPORALITIES.get(value) ?? 0;
  throw new RequestError(
    400,
    'The request cannot be understood: aggregationTemporality must be a number or the name of one.',
  );
}
