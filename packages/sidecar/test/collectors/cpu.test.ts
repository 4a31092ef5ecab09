import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cpu, cpuUtilization, parseCpuTicks } from '../../src/collectors/cpu.ts';
import type { CpuTicks } from '../../src/collectors/cpu.ts';
import { noAbort, recorded, thisMachine, values } from '../fixtures/proc-tree.ts';

const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'interrupt', 'steal'];

test('the line of all CPUs: two interrupt columns make one mode, guests are not counted twice', () => {
  const text = readFileSync(`${recorded('proc-host').procRoot}/stat`, 'utf8');
  expect(Object.fromEntries(parseCpuTicks(text))).toEqual({
    user: 500_000,
    nice: 2000,
    system: 120_000,
    idle: 9_000_000,
    iowait: 30_000,
    interrupt: 2000,
    steal: 250,
  });
});

test('a column that an old kernel does not have is no mode', () => {
  expect([...parseCpuTicks('cpu  1 2 3 4\n').keys()]).toEqual(['user', 'nice', 'system', 'idle']);
});

test.each([
  ['', 'no line for all CPUs'],
  ['cpu0 1 2 3 4\n', 'no line for all CPUs'],
  ['cpu  1 x 3 4\n', 'no number'],
])('%j is no /proc/stat', (text, problem) => {
  expect(() => parseCpuTicks(text)).toThrow(problem);
});

function ticks(...counts: number[]): CpuTicks {
  return new Map(counts.map((count, index) => [MODES[index] ?? '', count]));
}

test('utilization is the share that was neither idle nor waiting for I/O', () => {
  expect(cpuUtilization(ticks(0, 0, 0, 0, 0, 0, 0), ticks(10, 5, 10, 60, 10, 2, 3))).toBeCloseTo(0.3, 12);
  expect(cpuUtilization(ticks(10, 0, 0, 0), ticks(20, 0, 0, 0))).toBe(1);
  expect(cpuUtilization(ticks(10, 0, 0, 5), ticks(10, 0, 0, 9))).toBe(0);
});

test('a mode that appears counts from then on, one that vanishes no more', () => {
  expect(cpuUtilization(ticks(0, 0, 0, 0), ticks(10, 0, 0, 30, 5000, 0, 7000))).toBe(0.25);
  expect(cpuUtilization(ticks(0, 0, 0, 0, 5000, 0, 7000), ticks(10, 0, 0, 30))).toBe(0.25);
});

test('utilization is unknown when no time has passed, or all counters went backwards', () => {
  expect(cpuUtilization(ticks(1, 2, 3, 4), ticks(1, 2, 3, 4))).toBeUndefined();
  expect(cpuUtilization(ticks(9, 9, 9, 9), ticks(1, 2, 3, 4))).toBeUndefined();
});

test('utilization is from 0 to 1 for any two readings', () => {
  const count = fc.oneof(
    fc.nat(),
    fc.nat(100),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(Number),
    fc.double({ min: 0, max: 2 ** 64, noNaN: true }),
  );
  const reading = fc.array(count, { minLength: 4, maxLength: 7 }).map((counts) => ticks(...counts));
  fc.assert(
    fc.property(reading, reading, (before, after) => {
      const utilization = cpuUtilization(before, after) ?? 0;
      expect(utilization).toBeGreaterThanOrEqual(0);
      expect(utilization).toBeLessThanOrEqual(1);
    }),
    { numRuns: 10_000 },
  );
});

test('utilization is from 0 to 1 for any two lines of the kernel: columns that appear or vanish, CPUs, wraps', () => {
  // Counters of 32 and 64 bits, just before they wrap and just after, and what a CPU adds that comes.
  const count = fc.oneof(
    fc.bigInt({ min: 0n, max: 1000n }),
    fc.bigInt({ min: 2n ** 32n - 1000n, max: 2n ** 32n - 1n }),
    fc.bigInt({ min: 2n ** 64n - 1000n, max: 2n ** 64n - 1n }),
  );
  const line = fc.array(count, { minLength: 4, maxLength: 11 }).map((counts) => `cpu  ${counts.join(' ')}\n`);
  fc.assert(
    fc.property(line, line, (before, after) => {
      const utilization = cpuUtilization(parseCpuTicks(before), parseCpuTicks(after)) ?? 0;
      expect(utilization).toBeGreaterThanOrEqual(0);
      expect(utilization).toBeLessThanOrEqual(1);
    }),
    { numRuns: 5000 },
  );
});

test('a CPU that comes or goes, and a counter that wraps, is no spike', () => {
  // With it, all that it has counted since boot is in the line, or no more.
  const [one, two] = [ticks(100, 0, 50, 850), ticks(200, 0, 100, 1700)];
  expect(cpuUtilization(two, one)).toBeUndefined();
  expect(cpuUtilization(one, two)).toBeCloseTo(150 / 1000, 12);
  // user has wrapped: only what the others tell counts.
  expect(cpuUtilization(ticks(2 ** 32 - 1, 0, 10, 90), ticks(5, 0, 20, 180))).toBe(0.1);
});

test('the first collection takes two readings, so that it has a share; time stands still in a recording', async () => {
  const { metrics, absent } = await cpu(recorded('proc-host')).collect(noAbort());
  expect(values({ metrics })).toEqual({
    'system.cpu.time{cpu.mode=user}': 5000,
    'system.cpu.time{cpu.mode=nice}': 20,
    'system.cpu.time{cpu.mode=system}': 1200,
    'system.cpu.time{cpu.mode=idle}': 90_000,
    'system.cpu.time{cpu.mode=iowait}': 300,
    'system.cpu.time{cpu.mode=interrupt}': 20,
    'system.cpu.time{cpu.mode=steal}': 2.5,
  });
  expect(absent?.['system.cpu.utilization']).toContain('no CPU time has passed');
});

test('the share is that of the time since the last collection', async () => {
  const procRoot = mkdtempSync(join(tmpdir(), 'proc-'));
  const collector = cpu({ ...thisMachine, procRoot });
  const shareAt = async (stat: string): Promise<number | undefined> => {
    writeFileSync(join(procRoot, 'stat'), `cpu  ${stat}\n`);
    return values(await collector.collect(noAbort()))['system.cpu.utilization'];
  };
  try {
    expect(await shareAt('100 0 0 100')).toBeUndefined();
    expect(await shareAt('200 0 0 100')).toBe(1);
    expect(await shareAt('200 0 0 200')).toBe(0);
    expect(await shareAt('225 0 0 275')).toBe(0.25);
  } finally {
    rmSync(procRoot, { recursive: true });
  }
});

test('time that the kernel takes back is held until it is there again; where more is lost, the total goes on from there', async () => {
  const procRoot = mkdtempSync(join(tmpdir(), 'proc-'));
  const collector = cpu({ ...thisMachine, procRoot });
  const at = async (idle: number, iowait: number): Promise<(number | undefined)[]> => {
    writeFileSync(join(procRoot, 'stat'), `cpu  1000 0 0 ${idle} ${iowait}\n`);
    const read = values(await collector.collect(noAbort()));
    return ['idle', 'iowait'].map((mode) => read[`system.cpu.time{cpu.mode=${mode}}`]);
  };
  try {
    expect(await at(5000, 900)).toEqual([50, 9]);
    expect(await at(5100, 899)).toEqual([51, 9]);
    expect(await at(5200, 600)).toEqual([52, 9]);
    expect(await at(5300, 901)).toEqual([53, 9.01]);
    expect(await at(5400, 600)).toEqual([54, 9.01]);
    expect(await at(5500, 650)).toEqual([55, 9.51]);
  } finally {
    rmSync(procRoot, { recursive: true });
  }
});

test('the share does not count twice what was taken back', async () => {
  const procRoot = mkdtempSync(join(tmpdir(), 'proc-'));
  const collector = cpu({ ...thisMachine, procRoot });
  const at = async (user: number, iowait: number): Promise<number | undefined> => {
    writeFileSync(join(procRoot, 'stat'), `cpu  ${user} 0 0 5000 ${iowait}\n`);
    return values(await collector.collect(noAbort()))['system.cpu.utilization'];
  };
  try {
    await at(1000, 900);
    expect(await at(1100, 800)).toBe(1);
    // Since the first reading 300 ticks of waiting have come, of which 100 were told before they were taken back.
    expect(await at(1200, 1200)).toBe(100 / 400);
  } finally {
    rmSync(procRoot, { recursive: true });
  }
});

test('the wait between the first two readings ends with the signal', async () => {
  const abort = new AbortController();
  const collecting = cpu(recorded('proc-host')).collect(abort.signal);
  abort.abort(new Error('enough'));
  await expect(collecting).rejects.toThrow('aborted');
});

function busyTicks(): number {
  const now = parseCpuTicks(readFileSync('/proc/stat', 'utf8'));
  return (now.get('user') ?? 0) + (now.get('system') ?? 0);
}

test.runIf(process.platform === 'linux')('this machine: all modes, and a share at once and each time', async () => {
  const collector = cpu(thisMachine);
  const first = values(await collector.collect(noAbort()));
  expect(Object.keys(first)).toEqual([
    ...MODES.map((mode) => `system.cpu.time{cpu.mode=${mode}}`),
    'system.cpu.utilization',
  ]);
  expect(first['system.cpu.utilization']).toBeGreaterThanOrEqual(0);
  expect(first['system.cpu.utilization']).toBeLessThanOrEqual(1);
  expect(first['system.cpu.time{cpu.mode=user}']).toBeGreaterThan(0);

  // Keeps a CPU busy until the kernel has counted a few ticks of it.
  for (const until = busyTicks() + 5; busyTicks() < until;);
  expect(values(await collector.collect(noAbort()))['system.cpu.utilization']).toBeGreaterThan(0);
});
