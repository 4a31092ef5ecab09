import { over, reach } from './counted-limits.ts';
import type { CountedLimits } from './counted-limits.ts';
import type { JsonObject } from './json-fields.ts';
import { doubleOf, exactOf, integerOf, isAbsent, isObject, numbersOf, timeOf } from './json-fields.ts';
import { readAttributes } from './otlp-json-attributes.ts';
import type { RawExemplar, RawExponential, RawHistogram, RawNumber, RawPoint, RawSummary } from './otlp-parts.ts';

/** Reads a NumberDataPoint; `undefined` if it cannot be understood. */
export function readNumber(from: JsonObject, limits: CountedLimits): RawNumber | undefined {
  const common = readCommon(from, limits);
  if (common === undefined || (!isAbsent(from.asInt) && !isAbsent(from.asDouble))) return undefined;
  return { ...common, value: valueOf(from), exemplars: readExemplars(from, limits) };
}

/** Reads a HistogramDataPoint; `undefined` if it cannot be understood. */
export function readHistogram(from: JsonObject, limits: CountedLimits): RawHistogram | undefined {
  const common = readCommon(from, limits);
  const totals = readTotals(from);
  const bounds = bucketsOf(from.explicitBounds, doubleOf, limits);
  const counts = bucketsOf(from.bucketCounts, exactOf, limits);
  if (common === undefined || totals === undefined || bounds === undefined || counts === undefined) return undefined;
  return { ...common, ...totals, bounds, counts, exemplars: readExemplars(from, limits) };
}

/** Reads an ExponentialHistogramDataPoint; `undefined` if it cannot be understood. */
export function readExponential(from: JsonObject, limits: CountedLimits): RawExponential | undefined {
  const common = readCommon(from, limits);
  const totals = readTotals(from);
  const positive = readBuckets(from.positive, limits);
  const negative = readBuckets(from.negative, limits);
  if (common === undefined || totals === undefined || positive === undefined || negative === undefined)
    return undefined;
  const scale = exactOf(from.scale);
  const zeroCount = exactOf(from.zeroCount);
  const exemplars = readExemplars(from, limits);
  return { ...common, ...totals, scale, zeroCount, ...positive, negative: negative.counts, exemplars };
}

/** Reads a SummaryDataPoint; `undefined` if it cannot be understood. */
export function readSummary(from: JsonObject, limits: CountedLimits): RawSummary | undefined {
  const common = readCommon(from, limits);
  const totals = readTotals(from);
  const sent = from.quantileValues ?? [];
  if (common === undefined || totals === undefined) return undefined;
  if (!Array.isArray(sent)) return undefined;
  if (sent.length > limits.bucketsPerPoint) return over(limits, 'bucketsPerPoint');
  const quantiles = sent.map((each: unknown): readonly [number, number] =>
    isObject(each) ? [doubleOr0(each.quantile), doubleOr0(each.value)] : [NaN, NaN],
  );
  return { ...common, count: totals.count, sum: totals.sum ?? 0, quantiles };
}

/** What points of every type have; `undefined` if it cannot be understood. */
function readCommon(from: JsonObject, limits: CountedLimits): RawPoint | undefined {
  const attributes = readAttributes(from.attributes, limits);
  const flags = exactOf(from.flags);
  if (attributes === undefined || Number.isNaN(flags)) return undefined;
  const start = timeOf(from.startTimeUnixNano);
  return { attributes, noValue: flags % 2 === 1, start, time: timeOf(from.timeUnixNano) };
}

/** Count and sum of a histogram; `undefined` if the sum cannot be understood. */
function readTotals(from: JsonObject): { readonly count: number; readonly sum: number | undefined } | undefined {
  const sum = doubleOf(from.sum);
  return sum === undefined && !isAbsent(from.sum) ? undefined : { count: exactOf(from.count), sum };
}

/** Numbers of buckets; `undefined` if it is no array or there are more than a point may have. */
function bucketsOf(
  value: unknown,
  read: (element: unknown) => number | undefined,
  limits: CountedLimits,
): readonly number[] | undefined {
  const isOver = Array.isArray(value) && value.length > limits.bucketsPerPoint;
  return isOver ? over(limits, 'bucketsPerPoint') : numbersOf(value, read);
}

function readBuckets(
  value: unknown,
  limits: CountedLimits,
): { readonly offset: number; readonly counts: readonly number[] } | undefined {
  if (isAbsent(value)) return { offset: 0, counts: [] };
  if (!isObject(value)) return undefined;
  const counts = bucketsOf(value.bucketCounts, exactOf, limits);
  const offset = exactOf(value.offset);
  return counts === undefined ? undefined : { offset, counts };
}

// Exemplars are an extra: those that cannot be understood are left out, and the point stays.
function readExemplars(from: JsonObject, limits: CountedLimits): readonly RawExemplar[] {
  if (!Array.isArray(from.exemplars)) return [];
  if (from.exemplars.length > limits.exemplarsPerPoint) reach(limits, 'exemplarsPerPoint');
  return from.exemplars.slice(0, limits.exemplarsPerPoint).filter(isObject).map(readExemplar);
}

function readExemplar(from: JsonObject): RawExemplar {
  const { traceId, spanId, timeUnixNano } = from;
  return { value: valueOf(from), time: timeOf(timeUnixNano), traceId: idOf(traceId), spanId: idOf(spanId) };
}

// A text that no id is, so that the exemplar is left out.
const NO_ID = '?';

function idOf(value: unknown): string {
  if (isAbsent(value)) return '';
  return typeof value === 'string' ? value : NO_ID;
}

function valueOf(from: JsonObject): number | undefined {
  if (isAbsent(from.asInt)) return doubleOf(from.asDouble);
  const integer = integerOf(from.asInt);
  return integer === undefined ? undefined : Number(integer);
}

function doubleOr0(value: unknown): number {
  return isAbsent(value) ? 0 : (doubleOf(value) ?? Infinity);
}
