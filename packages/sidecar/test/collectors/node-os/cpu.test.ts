import { cpus, uptime } from 'node:os';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cpuUtilization } from '../../../src/collectors/cpu.ts';
import { cpuTimes, osCpu } from '../../../src/collectors/node-os/cpu.ts';
import { noAbort, thisMachine, values } from '../../fixtures/proc-tree.ts';

// As Node.js answers: milliseconds.
const MAC = [
  { times: { user: 9000, nice: 10, sys: 4000, idle: 80_000, irq: 0 } },
  { times: { user: 1000, nice: 5, sys: 500, idle: 90_000, irq: 0 } },
];
const WINDOWS = [
  { times: { user: 9000, nice: 0, sys: 4000, idle: 80_000, irq: 700 } },
  { times: { user: 1000, nice: 0, sys: 500, idle: 90_000, irq: 50 } },
];

test('macOS: all CPUs together', () => {
  expect(Object.fromEntries(cpuTimes(MAC, 'darwin'))).toEqual({ user: 10_000, nice: 15, system: 4500, idle: 170_000 });
});

test('Windows: interrupts are counted once, niceness is unknown', () => {
  expect(Object.fromEntries(cpuTimes(WINDOWS, 'win32'))).toEqual({
    user: 10_000,
    system: 3750,
    idle: 170_000,
    interrupt: 750,
  });
});

test('no CPU is an error, not 0', () => {
  expect(() => cpuTimes([], 'darwin')).toThrow('no CPU');
});

test('utilization is from 0 to 1, whatever CPUs are added, taken away or wrap', () => {
  const count = fc.oneof(
    fc.nat(),
    fc.integer({ min: 0, max: 2 ** 32 }).map((ticks) => ticks * 10),
  );
  const times = fc.record({ user: count, nice: count, sys: count, idle: count, irq: count });
  const all = fc.array(
    times.map((one) => ({ times: one })),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(all, all, fc.constantFrom('darwin' as const, 'win32' as const), (before, after, platform) => {
      const utilization = cpuUtilization(cpuTimes(before, platform), cpuTimes(after, platform)) ?? 0;
      expect(utilization).toBeGreaterThanOrEqual(0);
      expect(utilization).toBeLessThanOrEqual(1);
      for (const time of cpuTimes(after, platform).values()) expect(time).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 2000 },
  );
});

test('this machine: seconds since boot, and a share', async () => {
  const read = values(await osCpu('darwin')(thisMachine).collect(noAbort()));
  expect(Object.keys(read).slice(0, 4)).toEqual(
    ['user', 'nice', 'system', 'idle'].map((mode) => `system.cpu.time{cpu.mode=${mode}}`),
  );
  // Each CPU has been there for no longer than the machine runs, give or take.
  const seconds = Object.values(read)
    .slice(0, 4)
    .reduce((sum, value) => sum + value, 0);
  expect(seconds).toBeGreaterThan(1);
  expect(seconds).toBeLessThan(2 * cpus().length * (uptime() + 60));
  expect(read['system.cpu.utilization'] ?? 0).toBeLessThanOrEqual(1);
});
