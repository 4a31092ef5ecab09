import { describe, expect, it } from 'vitest';
import { RequestError } from '../../src/http/request-error.ts';
import type { Decoded } from '../../src/receivers/decoded.ts';
import { decodeOtlpJson } from '../../src/receivers/otlp-json.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { attributesOf, gaugeOf, requestOf, toJson } from './otlp-encode.ts';

function decodeText(text: string): Decoded {
  return decodeOtlpJson(Buffer.from(text), otlpLimits);
}

function decode(request: object): Decoded {
  return decodeOtlpJson(toJson(request), otlpLimits);
}

function statusOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof RequestError) return error.status;
    throw error;
  }
  return 200;
}

const invalid = { resources: [], points: 0, dropped: new Map([['invalid_point', 1]]) };

describe('OTLP in JSON', () => {
  it.each(['', '{', '[]', 'null', '1', '"text"', '{}x', '\uFEFF{}', '{"resourceMetrics":[{}}'])(
    'refuses %o',
    (text) => {
      expect(statusOf(() => decodeText(text))).toBe(400);
    },
  );

  it('does not repeat the body in the error', () => {
    expect(() => decodeText('secret')).toThrow(/^The body is not valid JSON\.$/);
  });

  it('refuses a body that nests 100,000 deep, in every place', () => {
    const depth = 100_000;
    const array = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const list = `${'{"kvlistValue":{"values":[{"key":"k","value":'.repeat(depth)}{}${'}]}}'.repeat(depth)}`;
    const values = `${'{"arrayValue":{"values":['.repeat(depth)}{}${']}}'.repeat(depth)}`;
    const inAttribute = (value: string): string =>
      `{"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":${value}}]}}]}`;
    const texts = [array, '['.repeat(depth), `{"unknown":${array}}`, `{"resourceMetrics":${array}}`];
    for (const text of [...texts, inAttribute(list), inAttribute(values)]) {
      expect(statusOf(() => decodeText(text))).toBe(400);
    }
  });

  it('does not take brackets and escaped quotes in text for structure', () => {
    const stringValue = `\\"${'[{'.repeat(200)}\\`;
    expect(decode(requestOf(attributesOf({ key: stringValue.slice(0, 250), value: { stringValue } }))).points).toBe(1);
  });

  it('takes null as a field that is not there', () => {
    const point = { asInt: 1, asDouble: null, attributes: null, flags: null, exemplars: null };
    expect(
      decode({
        resourceMetrics: [
          {
            resource: null,
            scopeMetrics: [
              {
                scope: null,
                metrics: [{ name: 'g', unit: null, description: null, sum: null, gauge: { dataPoints: [point] } }],
              },
              { metrics: null },
              { metrics: [{ name: 'g', gauge: { dataPoints: null } }] },
            ],
          },
          { resource: { attributes: null }, scopeMetrics: null },
        ],
      }).points,
    ).toBe(1);
    expect(decode({ resourceMetrics: null }).points).toBe(0);
  });

  it('passes over keys that it does not know', () => {
    const decoded = decodeText(
      `{"unknown":[{}],"__proto__":{"resourceMetrics":1},"resourceMetrics":[{"constructor":1,"scopeMetrics":[{"metrics":
      [{"name":"g","toString":1,"metadata":[{}],"gauge":{"x":null,"dataPoints":[{"asInt":1,"as_double":2,"__proto__":{"asDouble":1}}]}}]}]}]}`,
    );
    expect(decoded).toMatchObject({ points: 1, resources: [{ metrics: [{ points: [{ value: 1 }] }] }] });
    expect(({} as Record<string, unknown>).resourceMetrics).toBeUndefined();
  });

  it.each([
    ['resourceMetrics', { resourceMetrics: {} }],
    ['resourceMetrics[]', { resourceMetrics: [1] }],
    ['resource', { resourceMetrics: [{ resource: 'x' }] }],
    ['resource.attributes', { resourceMetrics: [{ resource: { attributes: {} } }] }],
    ['resource.attributes[]', { resourceMetrics: [{ resource: { attributes: ['x'] } }] }],
    ['resource.attributes[].key', { resourceMetrics: [{ resource: { attributes: [{ key: 1 }] } }] }],
    ['resource.attributes[].value', { resourceMetrics: [{ resource: { attributes: [{ key: 'a', value: 'x' }] } }] }],
    ['scopeMetrics', { resourceMetrics: [{ scopeMetrics: 'x' }] }],
    ['scopeMetrics[]', { resourceMetrics: [{ scopeMetrics: [[]] }] }],
    ['metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: 1 }] }] }],
    ['metrics[]', requestOf([])],
    ['name', requestOf({ name: 1 })],
    ['unit', requestOf({ ...gaugeOf(), unit: {} })],
    ['description', requestOf({ ...gaugeOf(), description: [] })],
    ['gauge', requestOf({ name: 'x', gauge: [] })],
    ['dataPoints', requestOf({ name: 'x', gauge: { dataPoints: {} } })],
    ['dataPoints[]', requestOf(gaugeOf([]))],
    [
      'dataPoints[] of a histogram',
      requestOf({ name: 'x', histogram: { aggregationTemporality: 2, dataPoints: [1] } }),
    ],
    ['aggregationTemporality', requestOf({ name: 'x', sum: { aggregationTemporality: [], dataPoints: [{}] } })],
    ['isMonotonic', requestOf({ name: 'x', sum: { isMonotonic: 1, dataPoints: [{}] } })],
    ['two types in one metric', requestOf({ ...gaugeOf(), sum: {} })],
  ])('refuses a wrong type of %s', (_, request) => {
    expect(statusOf(() => decode(request))).toBe(400);
  });

  it.each<readonly [string, object]>([
    ['asInt', { asInt: '1.5' }],
    ['asInt', { asInt: 1.5 }],
    ['asInt', { asInt: true }],
    ['asInt', { asInt: '' }],
    ['asInt', { asInt: ' 1' }],
    ['asInt', { asInt: '0x10' }],
    ['asInt', { asInt: '9223372036854775808' }],
    ['asInt', { asInt: 1e19 }],
    ['asDouble', { asDouble: 'infinity' }],
    ['asDouble', { asDouble: '' }],
    ['asDouble', { asDouble: {} }],
    ['both values', { asInt: 1, asDouble: 1 }],
    ['flags', { asInt: 1, flags: 'x' }],
    ['attributes', { asInt: 1, attributes: {} }],
    ['attributes[]', { asInt: 1, attributes: [null] }],
    ['attributes[].key', { asInt: 1, attributes: [{ key: {} }] }],
    ['attributes[].value', { asInt: 1, attributes: [{ key: 'a', value: 1 }] }],
    ...[
      { stringValue: 1 },
      { boolValue: 'true' },
      { intValue: 1.5 },
      { intValue: '1e3' },
      { doubleValue: 'x' },
      { bytesValue: 1 },
      { bytesValue: '*' },
      { arrayValue: [] },
      { arrayValue: { values: {} } },
      { arrayValue: { values: [1] } },
      { kvlistValue: [] },
      { kvlistValue: { values: [1] } },
      { kvlistValue: { values: [{ key: 1 }] } },
      { kvlistValue: { values: [{ key: 'a', value: 1 }] } },
    ].map((value) => [JSON.stringify(value), { asInt: 1, attributes: [{ key: 'a', value }] }] as const),
  ])('drops a point with a wrong %s', (_, point) => {
    expect(decode(requestOf(gaugeOf(point)))).toEqual(invalid);
  });

  it.each([
    { bucketCounts: {}, count: 0 },
    { bucketCounts: ['1', 'x'], explicitBounds: [1], count: 1 },
    { bucketCounts: ['2', '-1'], explicitBounds: [1], count: 1 },
    { bucketCounts: ['1', null], explicitBounds: [1], count: 1 },
    { bucketCounts: ['0.5', '0.5'], explicitBounds: [1], count: 1 },
    { bucketCounts: ['1', '0'], explicitBounds: 'x', count: 1 },
    { bucketCounts: ['1', '0'], explicitBounds: [[]], count: 1 },
    { bucketCounts: ['1'], count: {} },
    { bucketCounts: ['1'], count: 1, sum: 'x' },
  ])('drops the histogram point %j', (point) => {
    expect(decode(requestOf({ name: 'h', histogram: { aggregationTemporality: 2, dataPoints: [point] } }))).toEqual(
      invalid,
    );
  });

  it.each([
    { positive: [] },
    { negative: 1 },
    { positive: { bucketCounts: 'x' } },
    { positive: { offset: 1.5 } },
    { positive: { offset: 2 ** 31 } },
    { scale: 1.5 },
    { scale: 'x' },
    { zeroCount: -1 },
    { sum: [] },
  ])('drops the exponential histogram point %j', (point) => {
    const exponentialHistogram = { aggregationTemporality: 2, dataPoints: [point] };
    expect(decode(requestOf({ name: 'e', exponentialHistogram }))).toEqual(invalid);
  });

  it.each([
    [{ asInt: 5 }, 5],
    [{ asInt: '-0' }, 0],
    [{ asDouble: '1.5e3' }, 1_500],
    [{ asDouble: -0.5 }, -0.5],
  ])('reads %j as a number', (point, value) => {
    expect(decode(requestOf(gaugeOf(point)))).toMatchObject({ resources: [{ metrics: [{ points: [{ value }] }] }] });
  });

  it('knows no negative zero among the integers', () => {
    const text = JSON.stringify(requestOf(gaugeOf({ asInt: 5 }))).replace('5', '-0');
    expect(decodeText(text).resources[0]?.metrics[0]?.points[0]).toEqual({ attributes: [], value: 0 });
  });

  it('drops a number that no double holds', () => {
    expect(decodeText(JSON.stringify(requestOf(gaugeOf({ asDouble: 0.125 }))).replace('0.125', '1e999'))).toEqual(
      invalid,
    );
  });

  it('reads the names of enumerations', () => {
    const sum = (aggregationTemporality: string): object =>
      requestOf({ name: 's', sum: { aggregationTemporality, dataPoints: [{ asInt: 1 }] } });
    expect(decode(sum('AGGREGATION_TEMPORALITY_CUMULATIVE')).points).toBe(1);
    expect(decode(sum('AGGREGATION_TEMPORALITY_DELTA'))).toMatchObject({
      points: 1,
      resources: [{ metrics: [{ points: [{ value: 1, interval: { start: 0, end: 0 } }] }] }],
    });
    for (const name of ['AGGREGATION_TEMPORALITY_UNSPECIFIED', 'x']) {
      expect(decode(sum(name)).dropped).toEqual(new Map([['unsupported_temporality', 1]]));
    }
  });

  it('replaces halves of characters, which no other encoding can carry', () => {
    const text = JSON.stringify(requestOf(attributesOf({ key: 'a', value: { stringValue: 'X' } })));
    expect(decodeText(text.replace('"X"', '"\\ud800"'))).toMatchObject({
      resources: [{ metrics: [{ points: [{ attributes: [['a', '\uFFFD']] }] }] }],
    });
  });

  it('reads base64 of both alphabets', () => {
    const bytes = (bytesValue: string): object => requestOf(attributesOf({ key: 'a', value: { bytesValue } }));
    expect(decode(bytes('-_8'))).toEqual(decode(bytes('+/8=')));
  });
});
