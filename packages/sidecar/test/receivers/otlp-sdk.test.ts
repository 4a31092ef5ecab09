import { JsonMetricsSerializer, ProtobufMetricsSerializer } from 'otlp-proto-definition';
import { describe, expect, it } from 'vitest';
import { decodeOtlpJson } from '../../src/receivers/otlp-json.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { decodeOtlpProtobuf } from '../../src/receivers/otlp-protobuf.ts';

describe('what the OpenTelemetry SDK for JavaScript sends', () => {
  const common = {
    startTime: [1_700_000_000, 0],
    endTime: [1_700_000_005, 0],
    attributes: { 'cache.name': 'a', n: 3 },
  };
  const data = {
    resource: { attributes: { 'service.name': 'shop', 'process.command_args': ['node', 'app.js'] } },
    scopeMetrics: [
      {
        scope: { name: 'test' },
        metrics: [
          {
            descriptor: { name: 'hits', description: 'Hits.', unit: '{hit}', type: 'COUNTER', valueType: 0 },
            aggregationTemporality: 1,
            dataPointType: 3,
            isMonotonic: true,
            dataPoints: [{ ...common, value: 5 }],
          },
          {
            descriptor: { name: 'lag', description: '', unit: 's', type: 'GAUGE', valueType: 1 },
            aggregationTemporality: 1,
            dataPointType: 2,
            dataPoints: [{ ...common, value: 0.5 }],
          },
          {
            descriptor: { name: 'time', description: '', unit: 's', type: 'HISTOGRAM', valueType: 1 },
            aggregationTemporality: 1,
            dataPointType: 0,
            dataPoints: [
              { ...common, value: { buckets: { boundaries: [1], counts: [2, 1] }, count: 3, sum: 4, min: 0, max: 3 } },
            ],
          },
          {
            descriptor: { name: 'etime', description: '', unit: 's', type: 'HISTOGRAM', valueType: 1 },
            aggregationTemporality: 1,
            dataPointType: 1,
            dataPoints: [
              {
                ...common,
                value: {
                  count: 3,
                  sum: 4,
                  scale: 20,
                  zeroCount: 1,
                  positive: { offset: -7, bucketCounts: [2] },
                  negative: { offset: 0, bucketCounts: [] },
                },
              },
            ],
          },
        ],
      },
    ],
  } as unknown as Parameters<typeof JsonMetricsSerializer.serializeRequest>[0];

  it('is understood in both encodings', () => {
    const json = decodeOtlpJson(JsonMetricsSerializer.serializeRequest(data) ?? new Uint8Array(), otlpLimits);
    const protobuf = decodeOtlpProtobuf(
      ProtobufMetricsSerializer.serializeRequest(data) ?? new Uint8Array(),
      otlpLimits,
    );
    const attributes = [
      ['cache.name', 'a'],
      ['n', '3'],
    ];
    expect(json).toEqual(protobuf);
    expect(json).toEqual({
      resources: [
        {
          resource: [
            ['process.command_args', '["node","app.js"]'],
            ['service.name', 'shop'],
          ],
          metrics: [
            { name: 'hits', unit: '{hit}', description: 'Hits.', kind: 'counter', points: [{ attributes, value: 5 }] },
            { name: 'lag', unit: 's', description: '', kind: 'gauge', points: [{ attributes, value: 0.5 }] },
            {
              name: 'time',
              unit: 's',
              description: '',
              kind: 'histogram',
              points: [{ attributes, count: 3, sum: 4, bounds: [1], counts: [2, 1] }],
            },
            {
              name: 'etime',
              unit: 's',
              description: '',
              kind: 'exponential_histogram',
              points: [{ attributes, count: 3, sum: 4, scale: 20, zeroCount: 1, offset: -7, counts: [2] }],
            },
          ],
        },
      ],
      points: 4,
      dropped: new Map(),
    });
  });
});
