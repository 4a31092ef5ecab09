import { totalmem } from 'node:os';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { freeMemory, osMemory } from '../../../src/collectors/node-os/memory.ts';
import { noAbort, thisMachine, values } from '../../fixtures/proc-tree.ts';

const GIB = 2 ** 30;

test('states that add up to the limit', () => {
  expect(values(freeMemory(16 * GIB, 4 * GIB))).toEqual({
    'system.memory.limit': 16 * GIB,
    'system.memory.usage{system.memory.state=used}': 12 * GIB,
    'system.memory.usage{system.memory.state=free}': 4 * GIB,
    'system.memory.utilization': 0.75,
  });
});

test('utilization is from 0 to 1 and no state negative, also where more is free than there is', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (limit, free) => {
      const read = values(freeMemory(limit + 1, free));
      expect(Math.min(...Object.values(read))).toBeGreaterThanOrEqual(0);
      expect(read['system.memory.utilization']).toBeLessThanOrEqual(1);
    }),
  );
});

test('this machine', async () => {
  const read = values(await osMemory(thisMachine).collect(noAbort()));
  expect(read['system.memory.limit']).toBe(totalmem());
  expect(read['system.memory.utilization']).toBeGreaterThan(0);
  expect(read['system.memory.utilization']).toBeLessThan(1);
});
