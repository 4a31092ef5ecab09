import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as busyFor } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readMetric } from '../../conformance/src/readings.ts';
import { piscinaPool } from '../src/piscina.ts';
import { newObserver } from './pool-figures.ts';
import { callers, recordedTimings } from './recorded-timings.ts';

const WAIT = 'thread.pool.wait_time';
const USE = 'thread.pool.use_time';
const HOLD_MS = 40;

// Blocks its thread until the gate is open.
const WORKER = `
  export default (gate) => {
    if (gate === undefined) throw new Error('no gate');
    Atomics.wait(new Int32Array(gate), 0, 0);
    return 'done';
  };
`;

describe('piscina', () => {
  let folder = '';
  let filename = '';
  let pool: Piscina;
  let gate: SharedArrayBuffer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'piscina-'));
    filename = join(folder, 'worker.mjs');
    await writeFile(filename, WORKER);
  });

  afterEach(async () => {
    open();
    await pool.destroy();
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function started(options: ConstructorParameters<typeof Piscina>[0]): Promise<Piscina> {
    gate = new SharedArrayBuffer(4);
    pool = new Piscina({ filename, minThreads: 1, maxThreads: 2, idleTimeout: 60_000, ...options });
    await vi.waitFor(() => expect(pool.idleThreads).toBe(1), 10_000);
    return pool;
  }

  function open(): void {
    const view = new Int32Array(gate);
    Atomics.store(view, 0, 1);
    Atomics.notify(view, 0);
  }

  it('shows saturation, and rest after it', async () => {
    await started({});
    expect(piscinaPool.matches(pool)).toBe(true);
    expect(piscinaPool.read(pool)).toEqual({ used: 0, idle: 1, pending: 0, limit: 2, idleMin: 1 });
    const tasks = [1, 2, 3, 4].map(async () => pool.run(gate) as Promise<string>);
    await vi.waitFor(
      () => expect(piscinaPool.read(pool)).toEqual({ used: 2, idle: 0, pending: 2, limit: 2, idleMin: 1 }),
      10_000,
    );
    open();
    expect(await Promise.all(tasks)).toEqual(['done', 'done', 'done', 'done']);
    // A thread is done with its task a little later than the one who waits for it.
    await vi.waitFor(
      () => expect(piscinaPool.read(pool)).toEqual({ used: 0, idle: 2, pending: 0, limit: 2, idleMin: 1 }),
      10_000,
    );
  });

  it('tells how long tasks waited and ran, where that is asked for', async () => {
    await started({ maxThreads: 1 });
    const observer = newObserver();
    observer.pool(pool, { name: 'images', timings: true });
    const [first, second] = [pool.run(gate), pool.run(gate)];
    const aborted = new AbortController();
    const third = pool.run(gate, { signal: aborted.signal });
    aborted.abort();
    await expect(third).rejects.toThrow('abort');
    expect(readMetric(observer, 'thread.pool.pending_requests.max')).toMatchObject([{ value: 2 }]);
    await busyFor(HOLD_MS);
    open();
    await Promise.all([first, second]);
    await expect(pool.run(undefined)).rejects.toThrow('no gate');

    for (const metric of [WAIT, USE]) {
      const [images] = readMetric(observer, metric);
      expect(images).toMatchObject({ attributes: { 'thread.pool.name': 'images' }, value: 3 });
      expect(images!.sum).toBeGreaterThan((HOLD_MS - 2) / 1000);
      expect(images!.sum).toBeLessThan(2);
    }
    // Its own times are what they would have been.
    expect(pool.histogram.waitTime.max).toBeGreaterThan(HOLD_MS - 2);
    expect(readMetric(observer, 'thread.pool.threads')).toMatchObject([
      { attributes: { 'thread.pool.state': 'used' }, value: 0 },
      { attributes: { 'thread.pool.state': 'idle' }, value: 1 },
    ]);
  });

  it('ends the wait of the one who waited, when its task begins', async () => {
    await started({ maxThreads: 1 });
    const { timings, ended } = recordedTimings();
    piscinaPool.time!(pool, timings);
    const done: string[] = [];
    const tasks = ['first', 'second', 'third'].map(async (caller, at) => {
      await busyFor(5 * at);
      await callers.run(caller, async () => pool.run(gate) as Promise<string>);
      done.push(`${caller} ok`);
    });
    await vi.waitFor(() => expect(pool.queueSize).toBe(2), 10_000);
    expect(ended).toEqual(['first ok']);
    open();
    await Promise.all(tasks);
    // Piscina does not take tasks in the order in which they came.
    expect(done.toSorted()).toEqual(['first ok', 'second ok', 'third ok']);
    expect(ended).toEqual(done);
  });

  it('refuses to tell times that it was told not to record', async () => {
    await started({ recordTiming: false });
    expect(() => newObserver().pool(pool, { name: 'images', timings: true })).toThrow('recordTiming: false');
  });
});
