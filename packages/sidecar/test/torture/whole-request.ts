const ATTRIBUTES = [
  { key: 's', value: { stringValue: 'text' } },
  { key: 'b', value: { boolValue: true } },
  { key: 'i', value: { intValue: '7' } },
  { key: 'd', value: { doubleValue: 0.5 } },
  { key: 'y', value: { bytesValue: 'AQI=' } },
  { key: 'a', value: { arrayValue: { values: [{ stringValue: 'x' }] } } },
  { key: 'k', value: { kvlistValue: { values: [{ key: 'n', value: { intValue: '1' } }] } } },
];
const TIMES = { startTimeUnixNano: '1', timeUnixNano: '2' };
const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const POINT = {
  ...TIMES,
  attributes: ATTRIBUTES,
  flags: 0,
  exemplars: [{ filteredAttributes: ATTRIBUTES, timeUnixNano: '1', asDouble: 0.5, ...IDS }],
};
const HEAD = { description: 'what it is', unit: '1' };

/** A request with every field of the protocol that a receiver of metrics reads. */
export const wholeRequest = {
  resourceMetrics: [
    {
      resource: {
        attributes: [{ key: 'service.name', value: { stringValue: 'whole' } }, ...ATTRIBUTES],
        droppedAttributesCount: 0,
      },
      schemaUrl: 'https://opentelemetry.io/schemas/1.45.0',
      scopeMetrics: [
        {
          scope: { name: 'scope', version: '1', attributes: ATTRIBUTES },
          schemaUrl: '',
          metrics: [
            { ...HEAD, name: 'g', gauge: { dataPoints: [{ ...POINT, asInt: '1' }] } },
            {
              ...HEAD,
              name: 's',
              sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...POINT, asDouble: 1.5 }] },
            },
            {
              ...HEAD,
              name: 'h',
              histogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  { ...POINT, count: '3', sum: 2, bucketCounts: ['1', '2'], explicitBounds: [1], min: 0, max: 2 },
                ],
              },
            },
            {
              ...HEAD,
              name: 'e',
              exponentialHistogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    ...POINT,
                    count: '3',
                    sum: 2,
                    scale: 1,
                    zeroCount: '1',
                    zeroThreshold: 0,
                    positive: { offset: 1, bucketCounts: ['1', '1'] },
                    negative: { offset: 0, bucketCounts: [] },
                  },
                ],
              },
            },
            {
              ...HEAD,
              name: 'q',
              summary: {
                dataPoints: [
                  { ...TIMES, attributes: [], count: '1', sum: 1, quantileValues: [{ quantile: 0.5, value: 1 }] },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
} as const;
