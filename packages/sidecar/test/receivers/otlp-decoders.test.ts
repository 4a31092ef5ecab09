import { describe, expect, it } from 'vitest';
import type { Decoded, DropReason } from '../../src/receivers/decoded.ts';
import { attributesOf, encodings, gaugeOf, requestOf } from './otlp-encode.ts';

const CUMULATIVE = 2;
const DELTA = 1;
const UNSPECIFIED = 0;

function metricsOf(decoded: Decoded): unknown {
  return decoded.resources.flatMap((resource) => resource.metrics);
}

function dropped(decoded: Decoded): Partial<Record<DropReason, number>> {
  return Object.fromEntries(decoded.dropped);
}

describe.each(encodings)('OTLP in $encoding', ({ decode }) => {
  function point(metric: object): unknown {
    return decode(requestOf(metric)).resources[0]?.metrics[0]?.points[0];
  }

  function attributes(...list: readonly object[]): unknown {
    return (point(attributesOf(...list)) as { readonly attributes: unknown } | undefined)?.attributes;
  }

  it('decodes every type of metric', () => {
    const decoded = decode({
      resourceMetrics: [
        {
          resource: {
            attributes: [
              { key: 'service.name', value: { stringValue: 'shop' } },
              { key: 'process.pid', value: { intValue: '7' } },
            ],
          },
          scopeMetrics: [
            {
              scope: { name: 'a scope', attributes: [{ key: 'x', value: { stringValue: 'y' } }] },
              metrics: [
                {
                  name: 'temperature',
                  unit: 'Cel',
                  description: 'Warmth.',
                  gauge: { dataPoints: [{ asDouble: -1.5 }] },
                },
                {
                  name: 'requests',
                  unit: '{request}',
                  sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints: [{ asInt: '12' }] },
                },
              ],
            },
            {
              metrics: [
                { name: 'active', sum: { aggregationTemporality: CUMULATIVE, dataPoints: [{ asInt: '-3' }] } },
                {
                  name: 'duration',
                  unit: 's',
                  histogram: {
                    aggregationTemporality: CUMULATIVE,
                    dataPoints: [
                      {
                        attributes: [{ key: 'http.route', value: { stringValue: '/a' } }],
                        startTimeUnixNano: '1700000000000000000',
                        timeUnixNano: '1700000001000000000',
                        count: '6',
                        sum: 2.5,
                        min: 0.1,
                        max: 1,
                        bucketCounts: ['1', '2', '3'],
                        explicitBounds: [0.5, 1],
                        exemplars: [{ asDouble: 1, timeUnixNano: '1700000000500000000', filteredAttributes: [] }],
                      },
                    ],
                  },
                },
                {
                  name: 'exponential',
                  exponentialHistogram: {
                    aggregationTemporality: CUMULATIVE,
                    dataPoints: [
                      {
                        count: '7',
                        scale: -3,
                        zeroCount: '1',
                        zeroThreshold: 0.001,
                        positive: { offset: -40, bucketCounts: ['2', '0', '300'].map(String) },
                        negative: { offset: 3, bucketCounts: ['0'] },
                      },
                      { count: '3', sum: 9, scale: 3, positive: { offset: 5, bucketCounts: ['1', '2'] } },
                    ],
                  },
                },
                {
                  name: 'summary',
                  unit: 's',
                  summary: {
                    dataPoints: [
                      {
                        attributes: [{ key: 'k', value: { stringValue: 'v' } }],
                        count: '9',
                        sum: 4.5,
                        quantileValues: [
                          { quantile: 0.99, value: 2 },
                          { quantile: 0, value: 0 },
                          { quantile: 0.5, value: 'NaN' },
                        ],
                      },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(decoded).toEqual({
      resources: [
        {
          resource: [
            ['process.pid', '7'],
            ['service.name', 'shop'],
          ],
          metrics: [
            {
              name: 'temperature',
              unit: 'Cel',
              description: 'Warmth.',
              kind: 'gauge',
              points: [{ attributes: [], value: -1.5 }],
            },
            {
              name: 'requests',
              unit: '{request}',
              description: '',
              kind: 'counter',
              points: [{ attributes: [], value: 12 }],
            },
            {
              name: 'active',
              unit: '',
              description: '',
              kind: 'updowncounter',
              points: [{ attributes: [], value: -3 }],
            },
            {
              name: 'duration',
              unit: 's',
              description: '',
              kind: 'histogram',
              points: [
                {
                  attributes: [['http.route', '/a']],
                  count: 6,
                  sum: 2.5,
                  bounds: [0.5, 1],
                  counts: [1, 2, 3],
                  exemplars: [{ value: 1, time: 1_700_000_000_500, traceId: undefined, spanId: undefined }],
                },
              ],
            },
            {
              name: 'exponential',
              unit: '',
              description: '',
              kind: 'exponential_histogram',
              points: [{ attributes: [], count: 3, sum: 9, scale: 3, zeroCount: 0, offset: 5, counts: [1, 2] }],
            },
            {
              name: 'summary',
              unit: 's',
              description: '',
              kind: 'summary',
              points: [
                {
                  attributes: [['k', 'v']],
                  count: 9,
                  sum: 4.5,
                  quantiles: [
                    [0, 0],
                    [0.5, NaN],
                    [0.99, 2],
                  ],
                },
              ],
            },
          ],
        },
      ],
      // The first exponential point says 7 and holds 303.
      points: 6,
      dropped: new Map([['invalid_point', 1]]),
    });
  });

  it('makes text of every type of attribute, sorted by name', () => {
    expect(
      attributes(
        { key: 'string', value: { stringValue: 'ä"\n' } },
        { key: 'true', value: { boolValue: true } },
        { key: 'false', value: { boolValue: false } },
        { key: 'int', value: { intValue: '-42' } },
        { key: 'big', value: { intValue: '9007199254740993' } },
        { key: 'least', value: { intValue: '-9223372036854775808' } },
        { key: 'double', value: { doubleValue: 0.25 } },
        { key: 'nan', value: { doubleValue: 'NaN' } },
        { key: 'bytes', value: { bytesValue: '+/8=' } },
        { key: 'nothing', value: {} },
        { key: 'missing' },
        {
          key: 'array',
          value: {
            arrayValue: {
              values: [{ stringValue: 'a"b' }, { intValue: '9007199254740993' }, { doubleValue: 'Infinity' }, {}],
            },
          },
        },
        {
          key: 'list',
          value: {
            kvlistValue: {
              values: [
                { key: 'z', value: { bytesValue: 'AQI=' } },
                { key: '__proto__', value: { arrayValue: { values: [{ boolValue: true }] } } },
                { key: 'z', value: { intValue: '2' } },
              ],
            },
          },
        },
        { key: 'empty', value: { arrayValue: {} } },
      ),
    ).toEqual([
      ['array', '["a\\"b",9007199254740993,"Infinity",null]'],
      ['big', '9007199254740993'],
      ['bytes', '+/8='],
      ['double', '0.25'],
      ['empty', '[]'],
      ['false', 'false'],
      ['int', '-42'],
      ['least', '-9223372036854775808'],
      ['list', '{"__proto__":[true],"z":2}'],
      ['missing', ''],
      ['nan', 'NaN'],
      ['nothing', ''],
      ['string', 'ä"\n'],
      ['true', 'true'],
    ]);
  });

  it('keeps names that mean something to JavaScript', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const decoded = decode(
      requestOf(
        ...names.map((name) => ({
          name,
          gauge: {
            dataPoints: [{ asInt: '1', attributes: [{ key: name, value: { stringValue: 'polluted' } }] }],
          },
        })),
      ),
    );
    expect(metricsOf(decoded)).toMatchObject(
      names.map((name) => ({ name, points: [{ attributes: [[name, 'polluted']] }] })),
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    [{ asInt: '9007199254740993' }, 9007199254740992],
    [{ asInt: '-9223372036854775808' }, -(2 ** 63)],
    [{ asInt: '0' }, 0],
    [{ asDouble: 'NaN' }, NaN],
    [{ asDouble: 'Infinity' }, Infinity],
    [{ asDouble: '-Infinity' }, -Infinity],
    [{ asDouble: 5e-324 }, 5e-324],
    [{ asDouble: 0 }, 0],
  ])('reads the value of %o', (values, value) => {
    expect(point(gaugeOf(values))).toEqual({ attributes: [], value });
  });

  it('keeps a resource that has no points: it says that the process lives, or ends', () => {
    const resource = { attributes: [{ key: 'outrider.shutdown', value: { boolValue: true } }] };
    const scopeMetrics = [{ metrics: [gaugeOf(), gaugeOf({})] }];
    const kept = { resource: [['outrider.shutdown', 'true']], metrics: [] };
    expect(decode({ resourceMetrics: [{ resource }, {}, { resource, scopeMetrics }] })).toEqual({
      resources: [kept, kept],
      points: 0,
      dropped: new Map([['invalid_point', 1]]),
    });
  });

  it('leaves out points without a recorded value, and does not count them', () => {
    const decoded = decode(requestOf(gaugeOf({ flags: 1 }, { flags: 3, asInt: '1' }, { flags: 2, asInt: '2' })));
    expect(metricsOf(decoded)).toMatchObject([{ points: [{ value: 2 }] }]);
    expect([decoded.points, dropped(decoded)]).toEqual([1, {}]);
  });

  it('drops points without a value', () => {
    expect(decode(requestOf(gaugeOf({}, {})))).toEqual({
      resources: [],
      points: 0,
      dropped: new Map([['invalid_point', 2]]),
    });
  });

  it.each([{ asInt: '-1' }, { asDouble: -0.5 }, { asDouble: 'NaN' }, { asDouble: 'Infinity' }])(
    'drops a counter at %o',
    (values) => {
      const sum = { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints: [values, { asInt: '1' }] };
      const decoded = decode(requestOf({ name: 'c', sum }));
      expect([decoded.points, dropped(decoded)]).toEqual([1, { invalid_point: 1 }]);
    },
  );

  it.each(['sum', 'histogram', 'exponentialHistogram'])('drops a %s that is neither cumulative nor delta', (type) => {
    for (const aggregationTemporality of [UNSPECIFIED, 3]) {
      const decoded = decode(requestOf({ name: 'd', [type]: { aggregationTemporality, dataPoints: [{}, {}] } }));
      expect(decoded).toEqual({ resources: [], points: 0, dropped: new Map([['unsupported_temporality', 2]]) });
    }
  });

  it.each([
    ['sum', { asInt: '2' }],
    ['histogram', { count: '2', bucketCounts: ['2'] }],
    ['exponentialHistogram', { count: '2', zeroCount: '2' }],
  ])('notes the time of a delta: %s', (type, values) => {
    const times = { startTimeUnixNano: '1544712660300000000', timeUnixNano: '1544712661300000000' };
    const of = (dataPoint: object, aggregationTemporality: number): unknown =>
      point({ name: 'd', [type]: { aggregationTemporality, dataPoints: [dataPoint] } });
    const interval = { start: 1544712660300000000, end: 1544712661300000000 };
    expect(of({ ...values, ...times }, DELTA)).toMatchObject({ interval });
    expect(of(values, DELTA)).toMatchObject({ interval: { start: 0, end: 0 } });
    expect(of({ ...values, ...times }, CUMULATIVE)).not.toHaveProperty('interval');
  });

  it('drops a delta that is not finite, which would spoil the sum', () => {
    const dataPoints = [{ asDouble: 'NaN' }, { asDouble: 'Infinity' }, { asDouble: -1 }];
    const decoded = decode(requestOf({ name: 'd', sum: { aggregationTemporality: DELTA, dataPoints } }));
    expect([decoded.points, dropped(decoded)]).toEqual([1, { invalid_point: 2 }]);
  });

  it.each([
    ['a sum that is none', { count: '1', sum: 'NaN' }],
    ['a count that is none', { count: '18446744073709551615', sum: 1 }],
    ['a quantile above 1', { quantileValues: [{ quantile: 1.5, value: 1 }] }],
    ['a quantile below 0', { quantileValues: [{ quantile: -0.1, value: 1 }] }],
    [
      'a quantile twice',
      {
        quantileValues: [
          { quantile: 0.5, value: 1 },
          { quantile: 0.5, value: 2 },
        ],
      },
    ],
  ])('drops a summary with %s', (_, values) => {
    expect(dropped(decode(requestOf({ name: 's', summary: { dataPoints: [values] } })))).toEqual({ invalid_point: 1 });
  });

  it('leaves out the scope, or makes attributes of it', () => {
    const dataPoints = [
      { asInt: '1', attributes: [{ key: 'z', value: { stringValue: 'z' } }] },
      { asInt: '2', attributes: [{ key: 'otel.scope.name', value: { stringValue: 'own' } }] },
    ];
    const metrics = [gaugeOf(...dataPoints)];
    const scoped = {
      resourceMetrics: [{ scopeMetrics: [{ scope: { name: 'lib', version: '1.2' }, metrics }, { metrics }] }],
    };
    const labels = (options?: { readonly scopeLabels: boolean }): unknown =>
      decode(scoped, {}, options).resources[0]?.metrics.map(({ points }) => points.map((each) => each.attributes));
    const plain = [[['z', 'z']], [['otel.scope.name', 'own']]];
    const name = ['otel.scope.name', 'lib'];
    const version = ['otel.scope.version', '1.2'];
    expect(labels()).toEqual([plain, plain]);
    expect(labels({ scopeLabels: true })).toEqual([
      [
        [name, version, ['z', 'z']],
        [['otel.scope.name', 'own'], version],
      ],
      plain,
    ]);
  });

  it('takes requests that hold nothing', () => {
    for (const request of [
      {},
      { resourceMetrics: [{}] },
      requestOf(),
      requestOf({ name: 'x' }),
      requestOf(gaugeOf()),
    ]) {
      expect(decode(request)).toEqual({ resources: [], points: 0, dropped: new Map() });
    }
  });

  function histogram(values: object): Decoded {
    return decode(requestOf({ name: 'h', histogram: { aggregationTemporality: CUMULATIVE, dataPoints: [values] } }));
  }

  it('takes a histogram without buckets as one bucket', () => {
    expect(metricsOf(histogram({ count: '4', sum: 8 }))).toMatchObject([
      { points: [{ count: 4, sum: 8, bounds: [], counts: [4] }] },
    ]);
    expect(metricsOf(histogram({ count: '4', bucketCounts: ['4'] }))).toMatchObject([
      { points: [{ count: 4, bounds: [], counts: [4] }] },
    ]);
  });

  it('takes a sum that is not finite as no sum', () => {
    expect(metricsOf(histogram({ count: '1', sum: 'NaN', bucketCounts: ['1'] }))).toMatchObject([
      { points: [{ count: 1, sum: undefined }] },
    ]);
  });

  it.each([
    ['one count too few', { count: '1', bucketCounts: ['1'], explicitBounds: [1] }],
    ['one count too many', { count: '1', bucketCounts: ['1', '0', '0'], explicitBounds: [1] }],
    ['bounds and no counts', { count: '1', explicitBounds: [1] }],
    ['equal bounds', { count: '1', bucketCounts: ['1', '0', '0'], explicitBounds: [1, 1] }],
    ['falling bounds', { count: '1', bucketCounts: ['1', '0', '0'], explicitBounds: [2, 1] }],
    ['an infinite bound', { count: '1', bucketCounts: ['1', '0'], explicitBounds: ['Infinity'] }],
    ['a bound that is no number', { count: '1', bucketCounts: ['1', '0'], explicitBounds: ['NaN'] }],
    ['counts that are not the count', { count: '2', bucketCounts: ['1', '0'], explicitBounds: [1] }],
    ['a count beyond 2^53', { count: '9007199254740993', bucketCounts: ['9007199254740993'] }],
    ['a count beyond 2^63', { count: '18446744073709551615' }],
  ])('drops a histogram with %s', (_, values) => {
    expect(dropped(histogram(values))).toEqual({ invalid_point: 1 });
  });

  function exponential(values: object): Decoded {
    return decode(
      requestOf({ name: 'e', exponentialHistogram: { aggregationTemporality: CUMULATIVE, dataPoints: [values] } }),
    );
  }

  it('takes an exponential histogram that has counted nothing', () => {
    expect(metricsOf(exponential({}))).toMatchObject([
      { points: [{ count: 0, sum: undefined, scale: 0, zeroCount: 0, offset: 0, counts: [] }] },
    ]);
  });

  it.each([
    ['negative values', { count: '1', zeroCount: '1', negative: { bucketCounts: ['1'] } }],
    ['counts that are not the count', { count: '3', zeroCount: '1', positive: { bucketCounts: ['1'] } }],
    ['a scale beyond 20', { scale: 21 }],
    ['a scale below -10', { scale: -11 }],
  ])('drops an exponential histogram with %s', (_, values) => {
    expect(dropped(exponential(values))).toEqual({ invalid_point: 1 });
  });
});
