import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestError } from '../../src/http/request-error.ts';
import type { Attributes, Exemplar, Metric } from '../../src/metric.ts';
import type { Decoded } from '../../src/receivers/decoded.ts';
import { decodeOtlpJson } from '../../src/receivers/otlp-json.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { decodeOtlpProtobuf } from '../../src/receivers/otlp-protobuf.ts';
import { encodings, toJson, toProtobuf } from './otlp-encode.ts';
import { stored } from './stored.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const name = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom('__proto__', 'constructor', 'http.route'),
);
const count = fc.nat(1_000_000);
const attributes: fc.Arbitrary<Attributes> = fc
  .uniqueArray(fc.tuple(name, text), { selector: ([key]) => key, maxLength: 5 })
  .map((list) => list.toSorted(([a], [b]) => (a < b ? -1 : 1)));
const sum = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined });

const hexadecimal = (digits: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: fc.nat(15).map((digit) => digit.toString(16)), minLength: digits, maxLength: digits })
    .filter((id) => /[^0]/.test(id));
const exemplar: fc.Arbitrary<Exemplar> = fc.record({
  value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  time: fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined }),
  traceId: fc.option(hexadecimal(32), { nil: undefined }),
  spanId: fc.option(hexadecimal(16), { nil: undefined }),
});
const exemplars = fc.tuple(exemplar);
/** A point with an exemplar or without. */
function withMore<Point extends object>(
  point: fc.Arbitrary<Point>,
): fc.Arbitrary<Point & { readonly exemplars?: readonly Exemplar[] }> {
  return fc.tuple(point, fc.option(exemplars)).map(([of, some]) => (some === null ? of : { ...of, exemplars: some }));
}

const numberPoint = withMore(fc.record({ attributes, value: fc.double() }));
const counterPoint = withMore(
  fc.record({ attributes, value: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }) }),
);
const summaryPoint = fc.record({
  attributes,
  count,
  sum: fc.double({ noNaN: true, noDefaultInfinity: true }),
  quantiles: fc
    .uniqueArray(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double()), {
      selector: ([quantile]) => quantile + 0,
      comparator: 'SameValueZero',
      maxLength: 5,
    })
    .map((all) => all.toSorted(([a], [b]) => a - b)),
});
const histogramPoint = fc
  .uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 6, comparator: 'SameValueZero' })
  .chain((bounds) =>
    fc.record({
      attributes,
      sum,
      bounds: fc.constant(bounds.toSorted((a, b) => a - b)),
      counts: fc.array(count, { minLength: bounds.length + 1, maxLength: bounds.length + 1 }),
    }),
  )
  .map((point) => ({ ...point, count: point.counts.reduce((a, b) => a + b, 0) }));
const exponentialPoint = fc
  .record({
    attributes,
    sum,
    scale: fc.integer({ min: -10, max: 20 }),
    zeroCount: count,
    offset: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    counts: fc.array(count, { maxLength: 10 }),
  })
  .map((point) => ({ ...point, count: point.counts.reduce((a, b) => a + b, point.zeroCount) }));

const head = { name, unit: text, description: text };
const list = <Point>(point: fc.Arbitrary<Point>): fc.Arbitrary<Point[]> =>
  fc.array(point, { minLength: 1, maxLength: 4 });
const metric: fc.Arbitrary<Metric> = fc.oneof(
  fc.record({ ...head, kind: fc.constantFrom('gauge', 'updowncounter'), points: list(numberPoint) }),
  fc.record({ ...head, kind: fc.constant('counter' as const), points: list(counterPoint) }),
  fc.record({ ...head, kind: fc.constant('histogram' as const), points: list(withMore(histogramPoint)) }),
  fc.record({ ...head, kind: fc.constant('exponential_histogram' as const), points: list(withMore(exponentialPoint)) }),
  fc.record({ ...head, kind: fc.constant('summary' as const), points: list(summaryPoint) }),
);
const resources = fc.array(
  fc.record({ resource: attributes, metrics: fc.array(metric, { minLength: 1, maxLength: 4 }) }),
  { maxLength: 3 },
);

function keyValues(from: Attributes): object[] {
  return from.map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

function doubleOf(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function exemplarsOf({ exemplars: some = [] }: { readonly exemplars?: readonly Exemplar[] }): object {
  return {
    exemplars: some.map(({ value, time, traceId, spanId }) => ({
      asDouble: value,
      ...(time === undefined ? {} : { timeUnixNano: String(time * 1e6) }),
      ...(traceId === undefined ? {} : { traceId }),
      ...(spanId === undefined ? {} : { spanId }),
    })),
  };
}

/** A metric as a request carries it. */
function encode(from: Metric): object {
  const { name: named, unit, description } = from;
  const cumulative = { aggregationTemporality: 2 };
  switch (from.kind) {
    case 'histogram': {
      const dataPoints = from.points.map((point) => ({
        attributes: keyValues(point.attributes),
        count: String(point.count),
        ...(point.sum === undefined ? {} : { sum: point.sum }),
        bucketCounts: point.counts.map(String),
        explicitBounds: point.bounds,
        ...exemplarsOf(point),
      }));
      return { name: named, unit, description, histogram: { ...cumulative, dataPoints } };
    }
    case 'exponential_histogram': {
      const dataPoints = from.points.map((point) => ({
        attributes: keyValues(point.attributes),
        count: String(point.count),
        ...(point.sum === undefined ? {} : { sum: point.sum }),
        scale: point.scale,
        zeroCount: String(point.zeroCount),
        positive: { offset: point.offset, bucketCounts: point.counts.map(String) },
        ...exemplarsOf(point),
      }));
      return { name: named, unit, description, exponentialHistogram: { ...cumulative, dataPoints } };
    }
    case 'summary': {
      const dataPoints = from.points.map((point) => ({
        attributes: keyValues(point.attributes),
        count: String(point.count),
        sum: point.sum,
        quantileValues: point.quantiles.map(([quantile, value]) => ({ quantile, value: doubleOf(value) })),
      }));
      return { name: named, unit, description, summary: { dataPoints } };
    }
    default: {
      const dataPoints = from.points.map((point) => ({
        attributes: keyValues(point.attributes),
        asDouble: doubleOf(point.value),
        ...exemplarsOf(point),
      }));
      return from.kind === 'gauge'
        ? { name: named, unit, description, gauge: { dataPoints } }
        : { name: named, unit, description, sum: { ...cumulative, isMonotonic: from.kind === 'counter', dataPoints } };
    }
  }
}

const request = resources.map((all) => ({
  all,
  message: {
    resourceMetrics: all.map(({ resource, metrics }) => ({
      resource: { attributes: keyValues(resource) },
      scopeMetrics: [{ metrics: metrics.map(encode) }],
    })),
  },
}));

/** JSON has no negative zero as JavaScript writes it. */
function unsigned(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'number' && !Number.isFinite(part) ? String(part) : part,
    ),
  );
}

/** What came of a request: how many points, or the status it is refused with. Any other error is thrown on. */
function outcome(decode: () => Decoded): { readonly status: number; readonly held: number; readonly points: number } {
  try {
    const { points, resources: found } = decode();
    const lengths = found.flatMap((one) => one.metrics.map((each) => each.points.length));
    return { status: 200, held: lengths.reduce((a, b) => a + b, 0), points };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { status: error.status, held: 0, points: 0 };
  }
}

function survives(decode: () => Decoded): void {
  const { status, held, points } = outcome(decode);
  expect([200, 400, 413]).toContain(status);
  expect(held).toBe(points);
}

const mutation = fc.record({
  at: fc.nat(),
  byte: fc.nat(255),
  how: fc.constantFrom('set', 'insert', 'remove', 'cut', 'repeat'),
});

function mutate(bytes: Buffer, mutations: ReadonlyArray<{ at: number; byte: number; how: string }>): Buffer {
  let mutated = bytes;
  for (const { at, byte, how } of mutations) {
    const i = at % (mutated.length + 1);
    const tail = how === 'set' || how === 'remove' ? i + 1 : i;
    const middle = how === 'set' || how === 'insert' ? Buffer.from([byte]) : Buffer.alloc(0);
    if (how === 'cut') mutated = mutated.subarray(0, i);
    else if (how === 'repeat') mutated = Buffer.concat([mutated, mutated.subarray(i)]);
    else mutated = Buffer.concat([mutated.subarray(0, i), middle, mutated.subarray(tail)]);
  }
  return mutated;
}

describe.each(encodings)('any request in $encoding', ({ encoding, decode, encode: encodeRequest }) => {
  const decodeBytes = encoding === 'json' ? decodeOtlpJson : decodeOtlpProtobuf;

  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(request, ({ all, message }) => {
        const decoded = decode(message);
        expect(decoded.dropped.size).toBe(0);
        expect(unsigned(decoded.resources)).toEqual(unsigned(all));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused with the error of the decoder if it is random', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => survives(() => decodeBytes(bytes, otlpLimits))),
      { numRuns: 10_000 },
    );
  });

  it('is decoded or refused with the error of the decoder if it is damaged', () => {
    fc.assert(
      fc.property(request, fc.array(mutation, { minLength: 1, maxLength: 5 }), ({ message }, mutations) => {
        const bytes = mutate(encodeRequest(message), mutations);
        survives(() => decodeBytes(bytes, otlpLimits));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('the decoders', () => {
  it('agree', () => {
    fc.assert(
      fc.property(request, ({ message }) => {
        const json = decodeOtlpJson(toJson(message), otlpLimits);
        const protobuf = decodeOtlpProtobuf(toProtobuf(message), otlpLimits);
        expect(unsigned(json.resources)).toEqual(unsigned(protobuf.resources));
        expect(json.points).toBe(protobuf.points);
        expect(unsigned(stored([json.resources]))).toEqual(unsigned(stored([protobuf.resources])));
      }),
      { numRuns: 1_000 },
    );
  });

  it('take any JSON without an error that is not theirs', () => {
    const json = fc.json({ maxDepth: 8 });
    fc.assert(
      fc.property(
        json.map((value) =>
          Buffer.from(`{"resourceMetrics":[{"resource":${value},"scopeMetrics":[{"metrics":${value}}]}]}`),
        ),
        (body) => survives(() => decodeOtlpJson(body, otlpLimits)),
      ),
      { numRuns: 1_000 },
    );
  });

  it('take any type in any field of JSON without an error that is not theirs', () => {
    const values = fc.constantFrom<unknown>(
      null,
      true,
      -1,
      1.5,
      '',
      'x',
      [],
      {},
      [[]],
      [{}],
      { values: 1 },
      '1',
      1e300,
    );
    fc.assert(
      fc.property(request, fc.nat(200), values, ({ message }, at, value) => {
        let seen = 0;
        const replaced = JSON.stringify(message, (key, part: unknown) => {
          if (key !== '') seen += 1;
          return seen === at ? value : part;
        });
        survives(() => decodeOtlpJson(Buffer.from(replaced), otlpLimits));
      }),
      { numRuns: 5_000 },
    );
  });
});
