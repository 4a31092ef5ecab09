import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Collection, Collector } from '../../src/collectors/collector.ts';
import { memory, memoryStates, memoryUtilization, parseMeminfo } from '../../src/collectors/memory.ts';
import { noAbort, recorded, thisMachine, values } from '../fixtures/proc-tree.ts';

const KIB = 1024;

test('a host: states that add up to the limit, and 1 - available / limit', async () => {
  expect(values(await memory(recorded('proc-host')).collect(noAbort()))).toEqual({
    'system.memory.limit': 16_384_000 * KIB,
    'system.memory.usage{system.memory.state=free}': 2_048_000 * KIB,
    'system.memory.usage{system.memory.state=buffers}': 512_000 * KIB,
    'system.memory.usage{system.memory.state=cached}': 6_144_000 * KIB,
    'system.memory.usage{system.memory.state=used}': 7_680_000 * KIB,
    'system.memory.linux.available': 8_192_000 * KIB,
    'system.memory.utilization': 0.5,
  });
});

test('a kernel without MemAvailable: what needs it is absent with the reason', async () => {
  const collection = await memory(recorded('proc-container')).collect(noAbort());
  expect(Object.keys(collection.absent ?? {})).toEqual(['system.memory.linux.available', 'system.memory.utilization']);
  expect(collection.absent?.['system.memory.utilization']).toContain('has no MemAvailable');
  expect(values(collection)).not.toHaveProperty('system.memory.utilization');
});

test('lines that are no sizes are left out', () => {
  expect([...parseMeminfo('HugePages_Total: 7\nMemFree:  3 kB\nnonsense\n')]).toEqual([['MemFree', 3 * KIB]]);
});

test('without a limit there is nothing to tell', async () => {
  const empty = { ...recorded('proc-host'), procRoot: '/nonexistent' };
  await expect(memory(empty).collect(noAbort())).rejects.toThrow('ENOENT');
});

test('the states add up to the limit, whatever the kernel says, and none is negative', () => {
  const bytes = fc.maxSafeNat();
  const names = ['MemFree', 'Buffers', 'Cached', 'SReclaimable'];
  fc.assert(
    fc.property(bytes, fc.tuple(bytes, bytes, bytes, bytes), (limit, sizes) => {
      const states = memoryStates(new Map(names.map((name, index) => [name, sizes[index] ?? 0])), limit);
      const all = [...states.values()];
      expect(all.reduce((sum, size) => sum + size, 0)).toBe(limit);
      expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('utilization is from 0 to 1, also where more is available than there is', () => {
  expect(memoryUtilization(11, 10)).toBe(0);
  expect(memoryUtilization(0, 10)).toBe(1);
  expect(memoryUtilization(-1, 10)).toBe(1);
});

test('whatever /proc/meminfo says, also against itself: shares from 0 to 1, or nothing', async () => {
  const procRoot = mkdtempSync(join(tmpdir(), 'proc-'));
  const collector = memory({ ...thisMachine, procRoot });
  const kibibytes = fc.oneof(fc.nat(100), fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
  const names = ['MemTotal', 'MemFree', 'MemAvailable', 'Buffers', 'Cached', 'SReclaimable'];
  const lines = fc
    .subarray(names, { minLength: 1 })
    .chain((chosen) =>
      fc
        .array(kibibytes, { minLength: chosen.length, maxLength: chosen.length })
        .map((sizes) => chosen.map((name, index) => `${name}: ${sizes[index]} kB\n`).join('')),
    );
  try {
    await fc.assert(
      fc.asyncProperty(lines, async (text) => {
        writeFileSync(join(procRoot, 'meminfo'), text);
        const read = values(await collectOrNothing(collector));
        expect(Math.min(0, ...Object.values(read))).toBe(0);
        expect(read['system.memory.utilization'] ?? 0).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  } finally {
    rmSync(procRoot, { recursive: true });
  }
});

async function collectOrNothing(collector: Collector): Promise<Collection> {
  try {
    return await collector.collect(noAbort());
  } catch (error) {
    expect(String(error)).toContain('has no MemTotal');
    return { metrics: [] };
  }
}

test.runIf(process.platform === 'linux')('this machine', async () => {
  const read = values(await memory(thisMachine).collect(noAbort()));
  const total = parseMeminfo(readFileSync('/proc/meminfo', 'utf8')).get('MemTotal');
  expect(read['system.memory.limit']).toBe(total);
  expect(read['system.memory.utilization']).toBeGreaterThan(0);
  expect(read['system.memory.utilization']).toBeLessThan(1);
});
