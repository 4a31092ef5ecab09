import * as fc from 'fast-check';

// JSON.parse never makes a number that is not finite, and JSON has no negative zero as JavaScript writes it.
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);
const doubleValue = fc.oneof(
  finite,
  finite.map(String),
  fc.constantFrom('NaN', 'Infinity', '-Infinity', '1e3', '-2.5E-1'),
);
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', minLength: 40, maxLength: 60 }),
  fc.constantFrom('', '__proto__', 'constructor', 'http.route', '€', '😀'),
);
const integer = <Value>(wide: fc.Arbitrary<bigint>, narrow: fc.Arbitrary<Value>): fc.Arbitrary<Value | string> =>
  fc.oneof(wide.map(String), narrow);
const signed = integer(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.maxSafeInteger());
const unsigned = integer(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.maxSafeNat());
const hex = (length: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'));

const { keyValue } = fc.letrec<{ anyValue: object; keyValue: object }>((tie) => ({
  anyValue: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.constant({}),
    fc.record({ stringValue: anyText }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: signed }),
    fc.record({ doubleValue }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64')) }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('anyValue'), { maxLength: 3 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(tie('keyValue'), { maxLength: 3 }) }) }),
  ),
  keyValue: fc.record({ key: anyText, value: tie('anyValue') }, { requiredKeys: [] }),
}));
const attributes = fc.array(keyValue, { maxLength: 3 });

const exemplar = fc
  .record(
    {
      filteredAttributes: attributes,
      timeUnixNano: unsigned,
      spanId: hex(8),
      traceId: hex(16),
      value: fc.oneof(fc.record({ asInt: signed }), fc.record({ asDouble: doubleValue })),
    },
    { requiredKeys: ['value'] },
  )
  .map(({ value, ...rest }) => ({ ...rest, ...value }));

const common = {
  attributes,
  startTimeUnixNano: unsigned,
  timeUnixNano: unsigned,
  flags: fc.nat(3),
};
const exemplars = fc.array(exemplar, { maxLength: 2 });
const optional = { requiredKeys: [] as [] };

const numberPoint = fc
  .tuple(
    fc.record({ ...common, exemplars }, optional),
    fc.oneof(fc.constant({}), fc.record({ asInt: signed }), fc.record({ asDouble: doubleValue })),
  )
  .map(([rest, value]) => ({ ...rest, ...value }));
const aggregated = { ...common, count: unsigned, sum: doubleValue, min: doubleValue, max: doubleValue, exemplars };
const histogramPoint = fc.record(
  {
    ...aggregated,
    bucketCounts: fc.array(unsigned, { maxLength: 5 }),
    explicitBounds: fc.array(doubleValue, { maxLength: 5 }),
  },
  optional,
);
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const buckets = fc.record({ offset: int32, bucketCounts: fc.array(unsigned, { maxLength: 5 }) }, optional);
const exponentialPoint = fc.record(
  {
    ...aggregated,
    scale: int32,
    zeroCount: unsigned,
    zeroThreshold: doubleValue,
    positive: buckets,
    negative: buckets,
  },
  optional,
);
const summaryPoint = fc.record(
  {
    ...common,
    count: unsigned,
    sum: doubleValue,
    quantileValues: fc.array(fc.record({ quantile: doubleValue, value: doubleValue }, optional), { maxLength: 3 }),
  },
  optional,
);

const points = <Point>(point: fc.Arbitrary<Point>): fc.Arbitrary<Point[]> => fc.array(point, { maxLength: 3 });
const aggregationTemporality = fc.constantFrom(0, 1, 2, 'AGGREGATION_TEMPORALITY_DELTA');
const data = fc.oneof(
  fc.record({ gauge: fc.record({ dataPoints: points(numberPoint) }) }),
  fc.record({
    sum: fc.record({ dataPoints: points(numberPoint), aggregationTemporality, isMonotonic: fc.boolean() }, optional),
  }),
  fc.record({ histogram: fc.record({ dataPoints: points(histogramPoint), aggregationTemporality }, optional) }),
  fc.record({
    exponentialHistogram: fc.record({ dataPoints: points(exponentialPoint), aggregationTemporality }, optional),
  }),
  fc.record({ summary: fc.record({ dataPoints: points(summaryPoint) }) }),
  fc.constant({}),
);
const metric = fc
  .tuple(fc.record({ name: anyText, unit: anyText, description: anyText }, optional), data)
  .map(([head, rest]) => ({ ...head, ...rest }));

const droppedAttributesCount = fc.nat();
const scope = fc.record({ name: anyText, version: anyText, attributes, droppedAttributesCount }, optional);
const scopeMetrics = fc.record({ scope, metrics: fc.array(metric, { maxLength: 3 }), schemaUrl: anyText }, optional);
const resource = fc.record({ attributes, droppedAttributesCount }, optional);
const resourceMetrics = fc.record(
  { resource, scopeMetrics: fc.array(scopeMetrics, { maxLength: 2 }), schemaUrl: anyText },
  optional,
);

/** Any request in OTLP/JSON of which every field is of its type. */
export const anyRequest: fc.Arbitrary<object> = fc.record({
  resourceMetrics: fc.array(resourceMetrics, { maxLength: 2 }),
});
