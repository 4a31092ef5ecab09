import { closeSync, openSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { read } from '../../../conformance/src/readings.ts';
import { ProcessSource } from '../../src/runtime/process.ts';

const DESCRIPTORS = 'process.unix.file_descriptor.count';

function figure(source: ProcessSource, metric: string, mode?: string): number | undefined {
  return read(source).find((reading) => reading.metric === metric && reading.attributes['cpu.mode'] === mode)?.value;
}

describe.runIf(process.platform === 'linux')('file descriptors', () => {
  test('are those that are open', async () => {
    const source = new ProcessSource();
    expect(figure(source, DESCRIPTORS)).toBeUndefined();
    const opened = Array.from({ length: 20 }, () => openSync('/dev/null', 'r'));
    source.sample();
    await expect.poll(() => figure(source, DESCRIPTORS)).toBeDefined();
    // The listing itself holds one.
    const listed = readdirSync('/proc/self/fd').length - 1;
    const counted = figure(source, DESCRIPTORS)!;
    for (const descriptor of opened) closeSync(descriptor);
    expect(Math.abs(counted - listed)).toBeLessThanOrEqual(1);
    source.sample();
    await expect.poll(() => figure(source, DESCRIPTORS)).toBeLessThanOrEqual(counted - 18);
  });
});

test('CPU time, memory and uptime are of this process', () => {
  const source = new ProcessSource();
  const { user, system } = process.cpuUsage();
  expect(figure(source, 'process.cpu.time', 'user')).toBeGreaterThanOrEqual(user / 1e6);
  expect(figure(source, 'process.cpu.time', 'system')).toBeGreaterThanOrEqual(system / 1e6);
  expect(figure(source, 'process.cpu.time', 'user')).toBeLessThan(user / 1e6 + 1);
  const memory = figure(source, 'process.memory.usage')!;
  expect(memory / process.memoryUsage.rss()).toBeCloseTo(1, 0);
  expect(figure(source, 'process.uptime')).toBeCloseTo(process.uptime(), 0);
});

test('CPU time before a moment is not told where it is another’s', () => {
  const before = process.cpuUsage();
  const end = performance.now() + 20;
  while (performance.now() < end);
  const user = figure(new ProcessSource(before), 'process.cpu.time', 'user')!;
  expect(user).toBeGreaterThan(0);
  expect(user).toBeLessThan(before.user / 1e6);
});
