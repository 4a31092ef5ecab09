import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test } from 'vitest';
import { read } from '../../../conformance/src/readings.ts';
import { GarbageCollectionSource } from '../../src/runtime/garbage-collection.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let source: GarbageCollectionSource;

afterEach(() => source.close());

function majors(): number | undefined {
  return read(source).find(({ attributes }) => attributes['v8js.gc.type'] === 'major')?.value;
}

test('a major collection is counted, with its duration, and leaves the floor known', async () => {
  source = new GarbageCollectionSource();
  expect(majors()).toBe(0);
  expect(read(source).some(({ metric }) => metric === 'v8js.memory.heap.used_after_gc')).toBe(false);
  collectGarbage();
  await expect.poll(majors).toBeGreaterThanOrEqual(1);
  const readings = read(source);
  const { sum, value } = readings.find(({ attributes }) => attributes['v8js.gc.type'] === 'major')!;
  expect(sum).toBeGreaterThan(0.0001);
  expect(sum! / value).toBeLessThan(2);
  const floor = readings.find(({ metric }) => metric === 'v8js.memory.heap.used_after_gc')!.value;
  expect(floor).toBeGreaterThan(1e6);
  expect(floor).toBeLessThan(process.memoryUsage().heapTotal * 2);
});

test('all kinds are there from the start', () => {
  source = new GarbageCollectionSource();
  const kinds = read(source).map(({ attributes }) => attributes['v8js.gc.type']);
  expect(kinds).toEqual(['minor', 'major', 'incremental', 'weakcb']);
});

test('a heap that is nearly full is said once', async () => {
  let said = 0;
  source = new GarbageCollectionSource(() => (said += 1), 1);
  expect(source.isNearlyFull).toBe(false);
  for (const collections of [1, 2]) {
    collectGarbage();
    await expect.poll(majors).toBeGreaterThanOrEqual(collections);
  }
  expect(said).toBe(1);
  expect(source.isNearlyFull).toBe(true);
});

test('a heap with room is not nearly full', async () => {
  let said = 0;
  source = new GarbageCollectionSource(() => (said += 1), 1e12);
  collectGarbage();
  await expect.poll(majors).toBeGreaterThanOrEqual(1);
  expect(said).toBe(0);
  expect(source.isNearlyFull).toBe(false);
});
