import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toMemory } from '../../../src/collectors/systeminformation/memory.ts';
import { values } from '../../fixtures/proc-tree.ts';

// As the library answers on macOS: free is what os.freemem() says, available adds the caches of `vm_stat`.
const MAC = {
  total: 17_179_869_184,
  free: 268_435_456,
  used: 16_911_433_728,
  active: 9_663_676_416,
  available: 7_516_192_768,
  buffcache: 7_247_757_312,
  reclaimable: 4_294_967_296,
};

test('bytes and a share, with states that add up to the limit', () => {
  expect(values(toMemory(MAC))).toEqual({
    'system.memory.limit': 17_179_869_184,
    'system.memory.usage{system.memory.state=used}': 9_663_676_416,
    'system.memory.usage{system.memory.state=cached}': 7_247_757_312,
    'system.memory.usage{system.memory.state=free}': 268_435_456,
    'system.memory.utilization': 0.5625,
  });
});

test.each([
  ['a command that failed: free is taken for available', { ...MAC, available: MAC.free, reclaimable: 0 }],
  ['zeros', { total: 0, free: 0, available: 0, reclaimable: 0 }],
  ['no number', { ...MAC, available: NaN }],
])('%s: absent with the reason', (_, answer) => {
  const { metrics, absent } = toMemory(answer);
  expect(metrics).toEqual([]);
  expect(Object.keys(absent ?? {})).toEqual([
    'system.memory.limit',
    'system.memory.usage',
    'system.memory.utilization',
  ]);
});

test('utilization is from 0 to 1 and the states add up, whatever the library answers', () => {
  const bytes = fc.maxSafeNat();
  fc.assert(
    fc.property(bytes, bytes, bytes, (total, free, available) => {
      const { metrics } = toMemory({ total, free, available, reclaimable: 1 });
      const read = values({ metrics });
      const states = Object.entries(read).flatMap(([name, value]) => (name.includes('.usage{') ? [value] : []));
      expect(states.reduce((sum, state) => sum + state, 0)).toBe(read['system.memory.limit'] ?? 0);
      expect(Math.min(0, ...Object.values(read))).toBe(0);
      expect(read['system.memory.utilization'] ?? 0).toBeLessThanOrEqual(1);
    }),
  );
});
