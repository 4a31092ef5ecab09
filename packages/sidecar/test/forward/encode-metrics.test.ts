import { describe, expect, it } from 'vitest';
import { encodeMetrics } from '../../src/forward/encode-metrics.ts';
import type { Metric } from '../../src/metric.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { decodeOtlpProtobuf } from '../../src/receivers/otlp-protobuf.ts';
import { decodeOfficially } from './official-protobuf.ts';

const TIME = Date.UTC(2026, 10, 21);
const START = TIME - 60_000;
const OPTIONS = { scope: { name: 'here', version: '1.2' }, time: TIME, startOf: () => START };
const RESOURCE = [['service.name', 'shop']] as const;
const TIMES = { startTimeUnixNano: `${START}000000`, timeUnixNano: `${TIME}000000` };

const head = { unit: 's', description: 'It is.' };
const attributes = [
  ['a', '1'],
  ['b', 'ü'],
] as const;
const encodedAttributes = [
  { key: 'a', value: { stringValue: '1' } },
  { key: 'b', value: { stringValue: 'ü' } },
];
const exemplars = [
  { value: 0.2, time: TIME, traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' },
  { value: 0.3, time: undefined, traceId: undefined, spanId: undefined },
];
const encodedExemplars = [
  {
    asDouble: 0.2,
    timeUnixNano: TIMES.timeUnixNano,
    traceId: Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex').toString('base64'),
    spanId: Buffer.from('b7ad6b7169203331', 'hex').toString('base64'),
  },
  { asDouble: 0.3 },
];

const METRICS: readonly Metric[] = [
  { ...head, name: 'gauge', kind: 'gauge', points: [{ attributes, value: NaN }] },
  {
    ...head,
    name: 'counter',
    kind: 'counter',
    points: [
      { attributes: [], value: 3 },
      { attributes, value: 4, exemplars },
    ],
  },
  { ...head, name: 'updowncounter', kind: 'updowncounter', points: [{ attributes: [], value: -1 }] },
  {
    ...head,
    name: 'histogram',
    kind: 'histogram',
    points: [
      { attributes, count: 3, sum: 1.5, bounds: [0.5, 1], counts: [1, 0, 2], exemplars },
      { attributes: [], count: 1, sum: undefined, bounds: [], counts: [1] },
    ],
  },
  {
    ...head,
    name: 'exponential',
    kind: 'exponential_histogram',
    points: [{ attributes, count: 4, sum: 2, scale: -1, zeroCount: 1, offset: -3, counts: [1, 2], exemplars }],
  },
  {
    ...head,
    name: 'summary',
    kind: 'summary',
    points: [
      {
        attributes,
        count: 5,
        sum: 6,
        quantiles: [
          [0.5, 1],
          [0.99, NaN],
        ],
      },
    ],
  },
];

describe('encoded metrics', () => {
  it('are what the official definition decodes, in their order', () => {
    const cumulative = { aggregationTemporality: 2 };
    expect(decodeOfficially(encodeMetrics([{ resource: RESOURCE, metrics: METRICS }], OPTIONS))).toEqual({
      resourceMetrics: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
          scopeMetrics: [
            {
              scope: { name: 'here', version: '1.2' },
              metrics: [
                {
                  ...head,
                  name: 'gauge',
                  gauge: {
                    dataPoints: [{ timeUnixNano: TIMES.timeUnixNano, asDouble: NaN, attributes: encodedAttributes }],
                  },
                },
                {
                  ...head,
                  name: 'counter',
                  sum: {
                    ...cumulative,
                    isMonotonic: true,
                    dataPoints: [
                      { ...TIMES, asDouble: 3 },
                      { ...TIMES, asDouble: 4, attributes: encodedAttributes, exemplars: encodedExemplars },
                    ],
                  },
                },
                {
                  ...head,
                  name: 'updowncounter',
                  sum: { ...cumulative, isMonotonic: false, dataPoints: [{ ...TIMES, asDouble: -1 }] },
                },
                {
                  ...head,
                  name: 'histogram',
                  histogram: {
                    ...cumulative,
                    dataPoints: [
                      {
                        ...TIMES,
                        count: '3',
                        sum: 1.5,
                        bucketCounts: ['1', '0', '2'],
                        explicitBounds: [0.5, 1],
                        attributes: encodedAttributes,
                        exemplars: encodedExemplars,
                      },
                      { ...TIMES, count: '1', bucketCounts: ['1'] },
                    ],
                  },
                },
                {
                  ...head,
                  name: 'exponential',
                  exponentialHistogram: {
                    ...cumulative,
                    dataPoints: [
                      {
                        ...TIMES,
                        count: '4',
                        sum: 2,
                        scale: -1,
                        zeroCount: '1',
                        positive: { offset: -3, bucketCounts: ['1', '2'] },
                        attributes: encodedAttributes,
                        exemplars: encodedExemplars,
                      },
                    ],
                  },
                },
                {
                  ...head,
                  name: 'summary',
                  summary: {
                    dataPoints: [
                      {
                        ...TIMES,
                        count: '5',
                        sum: 6,
                        quantileValues: [
                          { quantile: 0.5, value: 1 },
                          { quantile: 0.99, value: NaN },
                        ],
                        attributes: encodedAttributes,
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
  });

  it('are what a receiver decodes', () => {
    const decoded = decodeOtlpProtobuf(encodeMetrics([{ resource: RESOURCE, metrics: METRICS }], OPTIONS), otlpLimits);
    expect(decoded.dropped.size).toBe(0);
    expect(decoded.resources.map(({ resource }) => resource)).toEqual([RESOURCE]);
    const found = decoded.resources.flatMap(({ metrics }) => metrics);
    expect(found.map(({ name, kind, unit, points }) => [name, kind, unit, points.length])).toEqual(
      METRICS.map(({ name, kind, unit, points }) => [name, kind, unit, points.length]),
    );
  });

  it('are of several resources', () => {
    const [gauge, counter] = METRICS;
    const several = [
      { resource: RESOURCE, metrics: [gauge!] },
      { resource: [['service.name', 'other']] as const, metrics: [counter!] },
    ];
    const { resources } = decodeOtlpProtobuf(encodeMetrics(several, OPTIONS), otlpLimits);
    expect(resources.map(({ resource, metrics }) => [resource, metrics.map(({ name }) => name)])).toEqual([
      [RESOURCE, ['gauge']],
      [[['service.name', 'other']], ['counter']],
    ]);
  });
});
