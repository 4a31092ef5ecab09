import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { Latch } from '../src/latch.ts';

const workers: Worker[] = [];

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.terminate();
});

/** Lets a latch be arrived at from another thread, after so many milliseconds. */
function arriveFromElsewhere({ arrived }: Latch, afterMs: number): void {
  const script = `const { workerData: { latch, arrived, afterMs } } = require('node:worker_threads');
    void import(latch).then(({ Latch }) => setTimeout(() => Latch.arrive(arrived), afterMs));`;
  const latch = new URL('../src/latch.ts', import.meta.url).href;
  workers.push(new Worker(script, { eval: true, workerData: { latch, arrived, afterMs } }));
}

describe.each([
  ['wait', (latch: Latch, milliseconds: number): Promise<void> => latch.wait(milliseconds)],
  ['block', async (latch: Latch, milliseconds: number): Promise<void> => latch.block(milliseconds)],
])('%s', (_name, pass) => {
  test('passes once all have arrived', async () => {
    const latch = new Latch(2);
    arriveFromElsewhere(latch, 0);
    arriveFromElsewhere(latch, 50);
    await pass(latch, 10_000);
    expect(latch.arrived[0]).toBe(2);
  });

  test('passes when the time is up', async () => {
    const latch = new Latch(2);
    Latch.arrive(latch.arrived);
    const began = performance.now();
    await pass(latch, 100);
    expect(performance.now() - began).toBeGreaterThan(90);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test('passes at once where nothing is waited for', async () => {
    const began = performance.now();
    await pass(new Latch(0), 10_000);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
