import { getHeapStatistics } from 'node:v8';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { read } from '../../../conformance/src/readings.ts';
import type { Reading } from '../../../conformance/src/readings.ts';
import { catalogue } from '../../src/catalogue.ts';
import { RuntimeSources } from '../../src/runtime/runtime-sources.ts';

let runtime: RuntimeSources;

beforeEach(() => {
  runtime = new RuntimeSources(100);
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
});
