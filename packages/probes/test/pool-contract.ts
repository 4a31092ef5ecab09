import { setTimeout as busyFor } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { newObserver, poolErrors, poolFigures } from './pool-figures.ts';

/** A pool of some library as its application uses it. */
export interface PooledUse {
  /** What the application registers. */
  readonly target: object;
  /** Asks for a connection; the function that it resolves to gives it back. */
  acquire(): Promise<() => unknown>;
  /** Asks the pool itself for a query's answer, which takes and gives back a connection. */
  query(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** What is to be expected of a pool of a library. */
export interface PoolContract {
  /** A pool of at most so many connections to the server of the test. */
  make(limit: number): PooledUse;
  /** Whether it tells how long it takes to open a connection. */
  readonly creates: boolean;
  /** Whether a pool that nobody has used yet is held by nobody else. */
  readonly collectable: boolean;
}

const HOLD_MS = 60;

/** The tests that every pool of connections to a database has to pass, against a real server. */
export function testPool({ make, creates, collectable }: PoolContract): void {
  it('shows saturation, rising waits, and rest after it', async () => {
    const observer = newObserver();
    const pool = make(3);
    observer.pool(pool.target, { name: 'orders', timings: true });
    const begun = performance.now();
    const held = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
    const before = poolFigures(observer, 'orders');
    const waiting = [pool.acquire(), pool.acquire()];
    // Some ask their pool a turn later.
    await expect.poll(() => poolFigures(observer, 'orders').pending, { timeout: 10_000 }).toBe(2);
    expect(poolFigures(observer, 'orders')).toMatchObject({ used: 3, idle: 0, limit: 3, waits: 3 });
    expect(poolFigures(observer, 'orders').pendingMax).toBeGreaterThanOrEqual(2);

    await busyFor(HOLD_MS);
    for (const release of held) await release();
    for (const release of await Promise.all(waiting)) await release();
    const seconds = (performance.now() - begun) / 1000;
    await expect
      .poll(() => poolFigures(observer, 'orders'), { timeout: 10_000 })
      .toMatchObject({ used: 0, idle: 3, pending: 0 });
    const after = poolFigures(observer, 'orders');
    expect(after).toMatchObject({ limit: 3, waits: 5, uses: 5, timeouts: 0, errors: 0 });
    expect(after.pendingMax).toBeGreaterThanOrEqual(2);
    const waited = after.waitSeconds! - before.waitSeconds!;
    // Two callers waited that long, three others used a connection that long; timers are early by a millisecond at most.
    expect(waited).toBeGreaterThan((2 * (HOLD_MS - 2)) / 1000);
    expect(waited).toBeLessThan(2 * seconds);
    expect(after.useSeconds).toBeGreaterThan((3 * (HOLD_MS - 2)) / 1000);
    expect(after.useSeconds).toBeLessThan(5 * seconds);
    if (creates) {
      expect(after.creations).toBe(3);
      expect(after.createSeconds).toBeGreaterThan(0);
      expect(after.createSeconds).toBeLessThan(3 * seconds);
    } else expect(after.creations).toBeUndefined();
    await pool.close();
  });

  it('counts a query of the pool itself as a wait and a use', async () => {
    const pool = make(1);
    const observer = newObserver();
    observer.pool(pool.target, { name: 'orders', timings: true });
    await Promise.all([pool.query(), pool.query(), pool.query()]);
    await expect
      .poll(() => poolFigures(observer, 'orders'), { timeout: 10_000 })
      .toMatchObject({ waits: 3, uses: 3, used: 0, pending: 0 });
    await pool.close();
  });

  it('tells nothing of times unless asked, and not twice when registered twice', async () => {
    const observer = newObserver();
    const pool = make(2);
    observer.pool(pool.target, { name: 'plain' });
    await (
      await pool.acquire()
    )();
    await expect.poll(() => poolFigures(observer, 'plain').used, { timeout: 10_000 }).toBe(0);
    expect(poolFigures(observer, 'plain')).toMatchObject({
      waits: undefined,
      uses: undefined,
      timeouts: undefined,
      errors: undefined,
    });

    observer.pool(pool.target, { name: 'timed', timings: true });
    observer.pool(pool.target, { name: 'timed', timings: true });
    await (
      await pool.acquire()
    )();
    expect(poolFigures(observer, 'timed')).toMatchObject({ waits: 1, uses: 1 });
    await pool.close();
  });

  it('stays two pools where two lead to one database', async () => {
    const observer = newObserver();
    const [reads, writes] = [make(1), make(2)];
    observer.pool(reads.target, { name: 'reads', timings: true });
    observer.pool(writes.target, { name: 'writes', timings: true });
    const release = await writes.acquire();
    expect(poolFigures(observer, 'reads')).toMatchObject({ used: 0, limit: 1, waits: undefined });
    expect(poolFigures(observer, 'writes')).toMatchObject({ used: 1, limit: 2, waits: 1 });
    await release();
    await Promise.all([reads.close(), writes.close()]);
  });

  it('ends its series when it is closed', async () => {
    const observer = newObserver();
    const pool = make(2);
    observer.pool(pool.target, { name: 'orders' });
    await (
      await pool.acquire()
    )();
    expect(poolFigures(observer, 'orders').limit).toBe(2);
    await pool.close();
    expect(poolFigures(observer, 'orders')).toMatchObject({ used: undefined, idle: undefined, limit: undefined });
    expect(poolErrors(observer, 'orders')).toBeUndefined();
  });

  it.runIf(collectable)('ends its series when it is dropped', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const observer = newObserver();
    (() => observer.pool(make(2).target, { name: 'dropped', timings: true }))();
    expect(poolFigures(observer, 'dropped').limit).toBe(2);
    await expect
      .poll(
        () => {
          collectGarbage();
          return poolFigures(observer, 'dropped').limit;
        },
        { timeout: 10_000 },
      )
      .toBeUndefined();
    expect(poolErrors(observer, 'dropped')).toBeUndefined();
  });
}
