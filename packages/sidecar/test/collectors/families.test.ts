import { expect, test } from 'vitest';
import { numbers } from '../../src/collectors/collector.ts';
import { mergeFamilies } from '../../src/collectors/families.ts';
import type { Metric } from '../../src/metric.ts';

const byteCounter = numbers('system.disk.io', [[1, { 'system.device.name': 'sda' }]]);

test('points of the same name come together, other names stay as they are', () => {
  const other = numbers('system.memory.limit', [[5]]);
  const { metrics, absent } = mergeFamilies([
    byteCounter,
    other,
    numbers('system.disk.io', [[2, { 'system.device.name': 'sdb' }]]),
  ]);
  expect(metrics).toEqual([
    { ...byteCounter, points: [...byteCounter.points, { value: 2, attributes: [['system.device.name', 'sdb']] }] },
    other,
  ]);
  expect(absent).toEqual({});
});

test.each<Metric>([
  {
    name: 'h',
    unit: 's',
    description: '',
    kind: 'histogram',
    points: [{ attributes: [], count: 1, sum: 1, bounds: [1], counts: [1, 0] }],
  },
  {
    name: 'e',
    unit: 's',
    description: '',
    kind: 'exponential_histogram',
    points: [{ attributes: [], count: 1, sum: 1, scale: 3, zeroCount: 0, offset: 0, counts: [1] }],
  },
])('points of a $kind come together', (metric) => {
  expect(mergeFamilies([metric, metric]).metrics).toEqual([
    { ...metric, points: [...metric.points, ...metric.points] },
  ]);
});

test.each<[string, Metric]>([
  ['another kind', { ...byteCounter, kind: 'gauge' }],
  ['another unit', { ...byteCounter, unit: 's' }],
])('%s under the same name is left out, with the reason', (_, metric) => {
  expect(mergeFamilies([byteCounter, metric])).toEqual({
    metrics: [byteCounter],
    absent: { 'system.disk.io': expect.stringContaining('were left out') },
  });
});
