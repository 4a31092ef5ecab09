import { describe, expect, it } from 'vitest';
import type { Decoded, DropReason } from '../../src/receivers/decoded.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { decodeOtlpProtobuf } from '../../src/receivers/otlp-protobuf.ts';
import { attributesOf, encodings, gaugeOf, requestOf, toProtobuf } from './otlp-encode.ts';

const CUMULATIVE = 2;

function metricsOf(decoded: Decoded): unknown {
  return decoded.resources.flatMap((resource) => resource.metrics);
}

function dropped(decoded: Decoded): Partial<Record<DropReason, number>> {
  return Object.fromEntries(decoded.dropped);
}

describe.each(encodings)('the limits of OTLP in $encoding', ({ decode }) => {
  function point(metric: object): unknown {
    return decode(requestOf(metric)).resources[0]?.metrics[0]?.points[0];
  }

  function histogram(values: object): Decoded {
    return decode(requestOf({ name: 'h', histogram: { aggregationTemporality: CUMULATIVE, dataPoints: [values] } }));
  }

  function exponential(values: object): Decoded {
    return decode(
      requestOf({ name: 'e', exponentialHistogram: { aggregationTemporality: CUMULATIVE, dataPoints: [values] } }),
    );
  }

  it('cuts values to the limit without breaking a character', () => {
    const limits = { valueLength: 4 };
    const cut = (text: string): unknown =>
      decode(requestOf(attributesOf({ key: 'a', value: { stringValue: text } })), limits);
    for (const [text, kept] of [
      ['1234', '1234'],
      ['12345', '1234'],
      ['12😀5', '12😀'],
      ['123😀', '123'],
    ] as const) {
      expect(cut(text)).toMatchObject({ resources: [{ metrics: [{ points: [{ attributes: [['a', kept]] }] }] }] });
    }
  });

  it('reads no more elements of an array than its text has room for', () => {
    const values = Array.from({ length: 50 }, (_, i) => ({ arrayValue: { values: [{ intValue: i }, {}] } }));
    const array = attributesOf({ key: 'a', value: { arrayValue: { values } } });
    const [whole, cut] = [1_000, 20].map((valueLength) => decode(requestOf(array), { valueLength }));
    const textOf = (decoded?: Decoded): string =>
      decoded?.resources[0]?.metrics[0]?.points[0]?.attributes[0]?.[1] ?? '';
    expect(textOf(cut)).toBe(textOf(whole).slice(0, 20));
    expect(cut?.reached).toEqual(new Map([['labelLength', 1]]));
    expect(whole?.reached).toBeUndefined();
  });

  it('cuts descriptions to the limit', () => {
    const metric = { ...gaugeOf({ asInt: 1 }), description: 'long' };
    expect(metricsOf(decode(requestOf(metric), { valueLength: 2 }))).toMatchObject([{ description: 'lo' }]);
  });

  it.each([
    ['an attribute without a name', [{ key: '', value: { stringValue: 'a' } }]],
    ['an attribute name over the limit', [{ key: 'a'.repeat(256), value: { stringValue: 'a' } }]],
    ['an attribute twice', ['b', 'a', 'b'].map((key) => ({ key, value: { stringValue: key } }))],
    ['too many attributes', Array.from({ length: 65 }, (_, i) => ({ key: `a${i}`, value: { stringValue: '' } }))],
  ])('drops a point with %s', (_, list) => {
    const decoded = decode(requestOf(gaugeOf({ asInt: '1', attributes: list }, { asInt: '2' })));
    expect([decoded.points, dropped(decoded)]).toEqual([1, { invalid_point: 1 }]);
    const resource = decode({
      resourceMetrics: [
        { resource: { attributes: [...list, ...list, ...list] }, scopeMetrics: [{ metrics: [attributesOf()] }] },
      ],
    });
    expect([resource.points, dropped(resource)]).toEqual([0, { invalid_point: 1 }]);
  });

  it('takes 128 attributes of a resource', () => {
    const resource = (length: number): object => ({
      attributes: Array.from({ length }, (_, i) => ({ key: `a${i}`, value: { stringValue: '' } })),
    });
    const points = (length: number): number =>
      decode({ resourceMetrics: [{ resource: resource(length), scopeMetrics: [{ metrics: [attributesOf()] }] }] })
        .points;
    expect([points(128), points(129)]).toEqual([1, 0]);
  });

  it('takes as many attributes and as long a name as the limits say', () => {
    const list = Array.from({ length: 64 }, (_, i) => ({ key: `${i}`.padStart(255, 'a'), value: { boolValue: true } }));
    expect(decode(requestOf(attributesOf(...list))).points).toBe(1);
  });

  it.each([
    ['no name', { name: '' }],
    ['a name over the limit', { name: 'n'.repeat(256) }],
    ['a unit over the limit', { unit: 'u'.repeat(64) }],
  ])('drops the points of a metric with %s', (_, head) => {
    const decoded = decode(requestOf({ ...gaugeOf({ asInt: 1 }, { asInt: 2 }), ...head }, gaugeOf({ asInt: 3 })));
    expect([decoded.points, dropped(decoded)]).toEqual([1, { invalid_point: 2 }]);
  });

  it('drops the points beyond the limit, over all metrics of the request', () => {
    const limits = { points: 3 };
    const decoded = decode(requestOf(gaugeOf({ asInt: 1 }, {}), gaugeOf({ asInt: 2 }, { asInt: 3 }, {})), limits);
    expect(metricsOf(decoded)).toMatchObject([{ points: [{ value: 1 }] }, { points: [{ value: 2 }] }]);
    expect(dropped(decoded)).toEqual({ invalid_point: 1, too_many_points: 2 });
    expect(dropped(decode(requestOf(gaugeOf({ asInt: 1 }, {}, {}), gaugeOf({})), limits))).toEqual({
      invalid_point: 2,
      too_many_points: 1,
    });
  });

  it('takes 20,000 points', () => {
    const dataPoints = Array.from({ length: 20_001 }, () => ({ asInt: 1 }));
    const decoded = decode(requestOf(gaugeOf(...dataPoints)));
    expect([decoded.points, dropped(decoded)]).toEqual([20_000, { too_many_points: 1 }]);
  });

  it('drops points with more buckets than the limit', () => {
    const bucketCounts = Array.from({ length: 600 }, () => '0');
    expect(dropped(histogram({ bucketCounts, explicitBounds: bucketCounts.slice(1).map((_, i) => i) }))).toEqual({
      invalid_point: 1,
    });
    expect(dropped(exponential({ positive: { bucketCounts } }))).toEqual({ invalid_point: 1 });
    expect(dropped(exponential({ negative: { bucketCounts } }))).toEqual({ invalid_point: 1 });
    expect(exponential({ positive: { bucketCounts: bucketCounts.slice(0, 512) } }).points).toBe(1);
  });

  it('refuses more resources than the limit', () => {
    const request = { resourceMetrics: [{}, {}, {}] };
    expect(() => decode(request, { resources: 2 })).toThrow(expect.objectContaining({ status: 413 }));
    expect(decode(request, { resources: 3 }).points).toBe(0);
  });

  it('refuses more values than the limit', () => {
    const request = requestOf(gaugeOf(...Array.from({ length: 100 }, () => ({ asInt: 1 }))));
    expect(() => decode(request, { values: 100 })).toThrow(expect.objectContaining({ status: 413 }));
    expect(decode(request, { values: 1_000 }).points).toBe(100);
  });

  function nested(depth: number, kind: 'array' | 'list', leaf: object = { stringValue: 'x' }): object {
    let value = leaf;
    for (let level = 1; level < depth; level += 1) {
      value =
        kind === 'array' ? { arrayValue: { values: [value] } } : { kvlistValue: { values: [{ key: 'k', value }] } };
    }
    return value;
  }

  it.each(['array', 'list'] as const)('takes an attribute that nests 32 deep, as %s, and not 33', (kind) => {
    const text =
      kind === 'array' ? `${'['.repeat(31)}"x"${']'.repeat(31)}` : `${'{"k":'.repeat(31)}"x"${'}'.repeat(31)}`;
    expect(point(attributesOf({ key: 'deep', value: nested(32, kind) }))).toEqual({
      attributes: [['deep', text]],
      value: 1,
    });
    const request = requestOf(attributesOf({ key: 'deep', value: nested(33, kind) }));
    expect(() => decode(request)).toThrow(expect.objectContaining({ status: 400 }));
    const resource = { attributes: [{ key: 'deep', value: nested(33, kind) }] };
    expect(() => decode({ resourceMetrics: [{ resource }] })).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('takes 32 levels in the attribute of an exemplar', () => {
    const filteredAttributes = [{ key: 'deep', value: nested(32, 'list', { kvlistValue: { values: [] } }) }];
    expect(point(gaugeOf({ asInt: 1, exemplars: [{ asInt: 1, filteredAttributes }] }))).toEqual({
      attributes: [],
      value: 1,
      exemplars: [{ value: 1, time: undefined, traceId: undefined, spanId: undefined }],
    });
  });

  it('looks at 512 exemplars of a point', () => {
    const exemplars = Array.from({ length: 600 }, (_, i) => ({ asInt: String(i), timeUnixNano: '1' }));
    expect(point(gaugeOf({ asInt: 1, exemplars }))).toMatchObject({ exemplars: [{ value: 511 }] });
  });

  it('drops a summary with more than 512 quantiles', () => {
    const summary = (length: number): unknown => {
      const quantileValues = Array.from({ length }, (_, i) => ({ quantile: i / length, value: i }));
      return decode(requestOf({ name: 's', summary: { dataPoints: [{ count: '1', sum: 1, quantileValues }] } })).points;
    };
    expect([summary(512), summary(513)]).toEqual([1, 0]);
  });
});

it('is not possible to change the default limits', () => {
  expect(Object.isFrozen(otlpLimits)).toBe(true);
});

it('lets the largest batch of a Collector fit as protobuf: 8,192 histograms of 10 attributes and 20 bounds', () => {
  const attributes = Array.from({ length: 10 }, (_, i) => ({ key: `key${i}`, value: { stringValue: `value${i}` } }));
  const explicitBounds = Array.from({ length: 20 }, (_, i) => i);
  const bucketCounts = Array.from({ length: 21 }, () => 1);
  const dataPoint = { startTimeUnixNano: 1, timeUnixNano: 2, count: 21, sum: 1, min: 0, max: 1 };
  const dataPoints = Array.from({ length: 8_192 }, () => ({ ...dataPoint, attributes, explicitBounds, bucketCounts }));
  const body = toProtobuf(requestOf({ name: 'h', histogram: { aggregationTemporality: CUMULATIVE, dataPoints } }));
  expect(decodeOtlpProtobuf(body, otlpLimits)).toMatchObject({ points: 8_192, dropped: new Map() });
});
