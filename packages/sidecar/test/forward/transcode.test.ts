import { describe, expect, it } from 'vitest';
import { transcode } from '../../src/forward/transcode.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { ProtobufReader } from '../../src/receivers/protobuf-reader.ts';
import { attributesOf, gaugeOf, requestOf, toJson } from '../receivers/otlp-encode.ts';
import { decodeOfficially, officially } from './official-protobuf.ts';

interface OfficialPoint {
  readonly attributes: ReadonlyArray<{ readonly value: unknown }>;
  readonly exemplars: readonly object[];
}

interface OfficialMetric {
  readonly name: string;
  readonly gauge?: { readonly dataPoints: readonly OfficialPoint[] };
  readonly histogram?: { readonly dataPoints: readonly OfficialPoint[] };
}

interface Official {
  readonly resourceMetrics: ReadonlyArray<{
    readonly scopeMetrics: ReadonlyArray<{ readonly metrics: readonly OfficialMetric[] }>;
  }>;
}

function official(request: object): unknown {
  return decodeOfficially(transcode(toJson(request)).body);
}

function metrics(request: object): readonly OfficialMetric[] {
  return (official(request) as Official).resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
}

function values(...list: readonly object[]): unknown {
  const [metric] = metrics(requestOf(attributesOf(...list.map((value) => ({ key: 'k', value })))));
  return metric?.gauge?.dataPoints[0]?.attributes.map(({ value }) => value);
}

function names(request: object): unknown {
  return metrics(request).map(({ name }) => name);
}

function leftOut(...metric: readonly object[]): number {
  return transcode(toJson(requestOf(...metric))).leftOut;
}

const FULL = {
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }], droppedAttributesCount: 2 },
      schemaUrl: 'https://opentelemetry.io/schemas/1.45.0',
      scopeMetrics: [
        {
          scope: {
            name: 'a scope',
            version: '1.2',
            attributes: [{ key: 'x', value: { boolValue: false } }],
            droppedAttributesCount: 1,
          },
          schemaUrl: 'https://opentelemetry.io/schemas/1.44.0',
          metrics: [
            { name: 'temperature', unit: 'Cel', description: 'Warmth.', gauge: { dataPoints: [{ asDouble: -1.5 }] } },
            {
              name: 'requests',
              sum: {
                aggregationTemporality: 1,
                isMonotonic: true,
                dataPoints: [{ asInt: '12', startTimeUnixNano: '1700000000000000001', timeUnixNano: 1, flags: 0 }],
              },
            },
            {
              name: 'duration',
              histogram: {
                aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
                dataPoints: [
                  {
                    attributes: [{ key: 'http.route', value: { stringValue: '/ä' } }],
                    count: '6',
                    sum: 2.5,
                    min: 0.1,
                    max: 'Infinity',
                    bucketCounts: ['1', 2, '3'],
                    explicitBounds: [0.5, 1],
                    exemplars: [
                      {
                        asDouble: 1,
                        timeUnixNano: '1700000000500000000',
                        traceId: '0AF7651916CD43DD8448EB211C80319C',
                        spanId: 'b7ad6b7169203331',
                        filteredAttributes: [{ key: 'user', value: { stringValue: 'u' } }],
                      },
                    ],
                  },
                ],
              },
            },
            {
              name: 'exponential',
              exponentialHistogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    count: '3',
                    sum: 1,
                    scale: -3,
                    zeroCount: '1',
                    zeroThreshold: 0.001,
                    positive: { offset: -2, bucketCounts: ['1', '18446744073709551615'] },
                    negative: { offset: 2147483647, bucketCounts: ['1'] },
                  },
                ],
              },
            },
            {
              name: 'summary',
              summary: {
                dataPoints: [{ count: '2', sum: 3, quantileValues: [{ quantile: 0.5, value: 'NaN' }] }],
              },
            },
          ],
        },
      ],
    },
  ],
};

describe('a transcoded request', () => {
  it('holds what was sent: resources, scopes, every type of metric, times, exemplars', () => {
    expect(official(FULL)).toEqual(officially(FULL));
    expect(names(FULL)).toEqual(['temperature', 'requests', 'duration', 'exponential', 'summary']);
  });

  it('has ids in bytes', () => {
    const point = metrics(FULL)[2]?.histogram?.dataPoints[0];
    expect(point?.exemplars[0]).toMatchObject({
      traceId: Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex').toString('base64'),
      spanId: Buffer.from('b7ad6b7169203331', 'hex').toString('base64'),
    });
  });

  it('has attributes of every type', () => {
    const nested = { arrayValue: { values: [{ intValue: 1 }, {}, { kvlistValue: { values: [{ key: 'a' }] } }] } };
    const sent = [
      { stringValue: '' },
      { boolValue: true },
      { intValue: '-9223372036854775808' },
      { doubleValue: '-Infinity' },
      { bytesValue: 'AP8=' },
      nested,
      { arrayValue: {} },
      { arrayValue: { values: [null, { intValue: 2 }] } },
      {},
    ];
    expect(values(...sent)).toEqual([
      { stringValue: '' },
      { boolValue: true },
      { intValue: '-9223372036854775808' },
      { doubleValue: -Infinity },
      { bytesValue: 'AP8=' },
      { arrayValue: { values: [{ intValue: '1' }, {}, { kvlistValue: { values: [{ key: 'a' }] } }] } },
      { arrayValue: {} },
      { arrayValue: { values: [{}, { intValue: '2' }] } },
      {},
    ]);
  });

  it('has the largest integer of 64 bits also where JSON made a double of it', () => {
    const json = toJson(requestOf(gaugeOf({ asInt: 'x' })))
      .toString()
      .replace('"x"', '9223372036854775807');
    const decoded = decodeOfficially(transcode(Buffer.from(json)).body);
    expect(decoded).toMatchObject({
      resourceMetrics: [
        { scopeMetrics: [{ metrics: [{ gauge: { dataPoints: [{ asInt: '9223372036854775807' }] } }] }] },
      ],
    });
  });

  it('leaves out what the protocol does not know', () => {
    const request = { ...requestOf({ ...gaugeOf({ asInt: 1, extra: {} }), extra: 1 }), outriderSlowRequests: [{}] };
    expect(official(request)).toEqual(official(requestOf(gaugeOf({ asInt: 1 }))));
    const json = toJson(requestOf(gaugeOf({ asInt: 1 }))).toString();
    const hostile = json.replace('"asInt"', '"__proto__":{"asDouble":7},"constructor":1,"asInt"');
    expect(decodeOfficially(transcode(Buffer.from(hostile)).body)).toEqual(official(requestOf(gaugeOf({ asInt: 1 }))));
  });

  it('has what the protocol got later: metadata of a metric, entities of a resource', () => {
    const { body } = transcode(
      toJson({
        resourceMetrics: [
          {
            resource: { entityRefs: [{ schemaUrl: 'u', type: 'host', idKeys: ['host.id', 'b'] }] },
            scopeMetrics: [{ metrics: [{ metadata: [{ key: 'unit.of', value: { stringValue: 'x' } }] }] }],
          },
        ],
      }),
    );
    expect(textAt(body, [1, 1, 3], 2)).toEqual(['host']);
    expect(textAt(body, [1, 1, 3], 3)).toEqual(['host.id', 'b']);
    expect(textAt(body, [1, 2, 2, 12], 1)).toEqual(['unit.of']);
  });

  it('has U+FFFD for half a character, in short texts and long ones', () => {
    const json = `{"resourceMetrics":[{"schemaUrl":"a\\ud800b"},{"schemaUrl":"${'x'.repeat(100)}\\udc00"}]}`;
    expect(decodeOfficially(transcode(Buffer.from(json)).body)).toEqual({
      resourceMetrics: [{ schemaUrl: 'a\ufffdb' }, { schemaUrl: `${'x'.repeat(100)}\ufffd` }],
    });
  });
});

describe('what is of the wrong type', () => {
  const good = { asInt: 1 };

  it.each([
    ['two values', { asInt: 1, asDouble: 1 }],
    ['a value that is no number', { asDouble: 'much' }],
    ['an integer with a fraction', { asInt: 1.5 }],
    ['an integer that is too large', { asInt: '9223372036854775808' }],
    ['a time before 1970', { timeUnixNano: '-1' }],
    ['a time that is too late', { timeUnixNano: '18446744073709551616' }],
    ['attributes that are no list', { attributes: {} }],
    ['an attribute with a wrong value', { attributes: [{ key: 'a', value: { intValue: 'x' } }] }],
    ['an attribute that is null', { attributes: [null] }],
    ['flags that are too large', { flags: 2 ** 32 }],
  ])('leaves out a point: %s', (_, point) => {
    const request = requestOf({ ...gaugeOf(good, point, good), name: 'g' });
    const [metric] = metrics(request);
    expect(metric?.gauge?.dataPoints).toEqual([{ asInt: '1' }, { asInt: '1' }]);
    expect(transcode(toJson(request)).leftOut).toBe(1);
  });

  it.each([
    ['counts below zero', { bucketCounts: [1, -1] }],
    ['a count that is null', { bucketCounts: [1, null] }],
    ['a bound that is no number', { explicitBounds: [{}] }],
    ['a sum that is no number', { sum: true }],
  ])('leaves out a histogram: %s', (_, point) => {
    expect(leftOut({ histogram: { dataPoints: [point] } })).toBe(1);
  });

  it.each([
    ['a scale that is too large', { scale: 2 ** 31 }],
    ['an offset with a fraction', { positive: { offset: 0.5 } }],
    ['buckets that are no object', { negative: [] }],
  ])('leaves out an exponential histogram: %s', (_, point) => {
    expect(leftOut({ exponentialHistogram: { dataPoints: [point] } })).toBe(1);
  });

  it('leaves out an exemplar, and keeps its point', () => {
    const exemplars = [{ traceId: 'xyz' }, { asInt: 1, asDouble: 2 }, { spanId: 'abc' }, { asInt: 3 }];
    const [gauge] = metrics(requestOf(gaugeOf({ ...good, exemplars })));
    expect(gauge).toMatchObject({ gauge: { dataPoints: [{ asInt: '1', exemplars: [{ asInt: '3' }] }] } });
    expect(leftOut(gaugeOf({ ...good, exemplars }))).toBe(0);
  });

  it('leaves out a metric, and counts its points', () => {
    const sum = { aggregationTemporality: 'SOMETIMES', dataPoints: [good, good, { asInt: 'x' }] };
    expect(names(requestOf({ name: 'bad', sum }, { ...gaugeOf(good), name: 'good' }))).toEqual(['good']);
    expect(leftOut({ name: 'bad', sum }, gaugeOf(good))).toBe(3);
    // A point that was left out before its metric was is counted once.
    expect(leftOut({ ...gaugeOf(good, { asInt: 'x' }), name: 7 })).toBe(2);
  });

  it('does not count a point that says only that there is no value', () => {
    expect(leftOut(gaugeOf({ flags: 1, asInt: 'x' }, { flags: 1 }))).toBe(0);
    expect(leftOut({ ...gaugeOf({ flags: 1 }, good), unit: 7 })).toBe(1);
  });

  it.each([
    ['the body', []],
    ['resourceMetrics', { resourceMetrics: {} }],
    ['attributes', { resourceMetrics: [{ resource: { attributes: [{ key: 1 }] } }] }],
    ['version', { resourceMetrics: [{ scopeMetrics: [{ scope: { version: 2 } }] }] }],
    ['dataPoints', requestOf({ gauge: { dataPoints: [null] } })],
    ['dataPoints', requestOf({ gauge: { dataPoints: 'x' } })],
  ])('refuses the request and names the field: %s', (field, request) => {
    expect(() => transcode(toJson(request))).toThrow(`OTLP/JSON that has no protobuf: ${field} is of the wrong type`);
  });

  it('refuses what is not JSON', () => {
    expect(() => transcode(Buffer.from('{'))).toThrow(SyntaxError);
  });

  it('leaves out a point whose attribute nests without end', () => {
    const deep = (depth: number): string =>
      `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{"attributes":[{"key":"a","value":${'{"arrayValue":{"values":['.repeat(
        depth,
      )}${']}}'.repeat(depth)}}]}]}}]}]}]}`;
    expect(transcode(Buffer.from(deep(otlpLimits.anyValueDepth))).leftOut).toBe(0);
    expect(transcode(Buffer.from(deep(50_000))).leftOut).toBe(1);
  });
});

/** The texts in a field of the messages that a path of field numbers leads to. */
function textAt(body: Uint8Array, path: readonly number[], field: number): string[] {
  const [next, ...rest] = path;
  const reader = new ProtobufReader(Buffer.from(body), { left: 1000 });
  const found: string[] = [];
  while (reader.next()) {
    if (next === undefined && reader.field === field) found.push(reader.string());
    else if (reader.field === next) found.push(...textAt(reader.bytes(), rest, field));
  }
  return found;
}
