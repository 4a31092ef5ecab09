import { getHeapStatistics } from 'node:v8';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { read } from '../../../conformance/src/readings.ts';
import type { Reading } from '../../../conformance/src/readings.ts';
import { catalogue } from '../../src/catalogue.ts';
import type { ProcessShare } from '../../src/runtime/process-telling.ts';
import { RuntimeSources } from '../../src/runtime/runtime-sources.ts';

let runtime: RuntimeSources;

beforeEach(() => {
  runtime = new RuntimeSources(100, { look() {}, sample() {} });
});

afterEach(() => runtime.close());

function readAll(): Reading[] {
  return runtime.sources.flatMap((source) => read(source));
}

describe('RuntimeSources', () => {
  test('samples by itself', async () => {
    await expect.poll(() => readAll().map(({ metric }) => metric)).toContain('nodejs.eventloop.delay.p99');
  });

  test('tells metrics of the catalogue with attributes of the catalogue, and numbers', () => {
    runtime.sample();
    const strange = readAll().filter(({ metric, attributes, value }) => {
      const definition = catalogue.get(metric);
      const declared = Object.keys(attributes).every((name) => definition?.attributes.includes(name));
      return !declared || definition?.emitter === 'sidecar' || !Number.isFinite(value) || value < 0;
    });
    expect(strange).toEqual([]);
  });

  test('tells each series once', () => {
    runtime.sample();
    const series = readAll().map(({ metric, attributes }) => JSON.stringify([metric, attributes]));
    expect(new Set(series).size).toBe(series.length);
  });

  test('the heap is that of V8', () => {
    const heap = readAll().filter(({ metric }) => metric === 'v8js.memory.heap.used');
    const used = heap.reduce((sum, { value }) => sum + value, 0);
    expect(used / getHeapStatistics().used_heap_size).toBeCloseTo(1, 0);
    expect(heap.map(({ attributes }) => attributes['v8js.heap.space.name'])).toContain('old_space');
  });

  test('tells of the process what is this thread’s share', () => {
    let share: ProcessShare = 'nothing';
    let settled = 0;
    const telling = { share: (): ProcessShare => share, settle: (): void => void (settled += 1) };
    const shared = new RuntimeSources(60_000, { look() {}, sample() {} }, telling);
    const figures = (): Map<string, number> =>
      new Map(shared.sources.flatMap((source) => read(source)).map(({ metric, value }) => [metric, value]));
    try {
      shared.sample();
      expect(settled).toBe(1);
      expect([...figures().keys()].filter((name) => /^(process|container)/.test(name))).toEqual([]);
      expect([...figures().keys()]).toContain('v8js.memory.heap.used');

      share = 'from-now';
      shared.sample();
      expect(figures().get('process.cpu.time')).toBeLessThan(process.cpuUsage().system / 1e6);
      expect(figures().get('process.uptime')).toBeCloseTo(process.uptime(), 0);
    } finally {
      shared.close();
    }
  });
});
