import { expect, test } from 'vitest';
import { collectorsFor } from '../../src/collectors/registry.ts';
import { toCollection } from '../../src/collectors/systeminformation.ts';
import { noAbort, thisMachine, values } from '../fixtures/proc-tree.ts';

const GIB = 2 ** 30;

test('bytes and shares, with states that add up to the limit', () => {
  expect(values(toCollection({ total: 16 * GIB, free: GIB, available: 4 * GIB, currentLoad: 25 }))).toEqual({
    'system.cpu.utilization': 0.25,
    'system.memory.limit': 16 * GIB,
    'system.memory.usage{system.memory.state=used}': 12 * GIB,
    'system.memory.usage{system.memory.state=cached}': 3 * GIB,
    'system.memory.usage{system.memory.state=free}': GIB,
    'system.memory.utilization': 0.75,
  });
});

test('the 0 and NaN that the library answers for what it does not know are absent', () => {
  const { metrics, absent } = toCollection({ total: 0, free: 0, available: 0, currentLoad: Number.NaN });
  expect(metrics).toEqual([]);
  expect(Object.keys(absent ?? {}).toSorted()).toEqual([
    'system.cpu.utilization',
    'system.memory.limit',
    'system.memory.usage',
    'system.memory.utilization',
  ]);
});

test('shares stay from 0 to 1', () => {
  const { 'system.cpu.utilization': cpu, 'system.memory.utilization': memory } = values(
    toCollection({ total: 10, free: 30, available: 20, currentLoad: 157 }),
  );
  expect([cpu, memory]).toEqual([1, 0]);
});

test.each(['darwin', 'win32'] as const)('on %s it is the collector; the library itself answers', async (platform) => {
  const collectors = collectorsFor(platform);
  expect(Object.keys(collectors)).toEqual(['systeminformation']);
  const collector = collectors['systeminformation']?.(thisMachine);
  const read = values((await collector?.collect(noAbort())) ?? { metrics: [] });
  expect(read['system.memory.utilization']).toBeGreaterThan(0);
  expect(read['system.memory.utilization']).toBeLessThan(1);
  expect(read['system.cpu.utilization']).toBeGreaterThanOrEqual(0);
  expect(read['system.cpu.utilization']).toBeLessThanOrEqual(1);
});
