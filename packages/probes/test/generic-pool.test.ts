import { setTimeout as busyFor } from 'node:timers/promises';
import { createPool } from 'generic-pool';
import type { Options, Pool } from 'generic-pool';
import { describe, expect, it } from 'vitest';
import { genericPool } from '../src/generic-pool.ts';
import { pgPool } from '../src/pg.ts';
import { newObserver, poolFigures } from './pool-figures.ts';
import { rejectionsDuring } from './unhandled-rejections.ts';

const FACTORY = { create: async () => ({}), destroy: async () => {} };
const HOLD_MS = 30;

async function close(pool: Pool<object>): Promise<void> {
  await pool.drain();
  await pool.clear();
}

describe('generic-pool', () => {
  it('shows saturation, and rest after it', async () => {
    const pool = createPool(FACTORY, { max: 2, min: 1 });
    await pool.ready();
    expect(genericPool.matches(pool)).toBe(true);
    expect(pgPool.matches(pool)).toBe(false);
    expect(genericPool.read(pool)).toEqual({ used: 0, idle: 1, pending: 0, limit: 2, idleMin: 1 });

    const held = await Promise.all([pool.acquire(), pool.acquire()]);
    const waiting = pool.acquire();
    expect(genericPool.read(pool)).toEqual({ used: 2, idle: 0, pending: 1, limit: 2, idleMin: 1 });

    await Promise.all(held.map((resource) => pool.release(resource)));
    await pool.release(await waiting);
    expect(genericPool.read(pool)).toEqual({ used: 0, idle: 2, pending: 0, limit: 2, idleMin: 1 });
    await close(pool);
    expect(genericPool.read(pool)).toBeUndefined();
  });

  describe('where its times are asked for', () => {
    function timed(options: Options) {
      const observer = newObserver();
      const pool = createPool<object>(FACTORY, options);
      observer.pool(pool, { name: 'printers', timings: true });
      return { pool, told: () => poolFigures(observer, 'printers') };
    }

    it('tells waits and uses, also of use() and destroy()', async () => {
      const { pool, told } = timed({ max: 1 });
      const first = await pool.acquire();
      const begun = performance.now();
      const waiting = pool.acquire(0);
      await busyFor(HOLD_MS);
      await pool.release(first);
      const second = await waiting;
      const waited = (performance.now() - begun) / 1000;
      expect(second).toBe(first);
      await pool.destroy(second);
      expect(await pool.use(async () => 'done')).toBe('done');

      const { waits, waitSeconds, uses, useSeconds, timeouts, creations } = told();
      expect([waits, uses, timeouts]).toEqual([3, 3, 0]);
      expect(waitSeconds).toBeGreaterThan((HOLD_MS - 2) / 1000);
      expect(waitSeconds).toBeLessThan(waited + 0.1);
      expect(useSeconds).toBeGreaterThan((HOLD_MS - 2) / 1000);
      expect(useSeconds).toBeLessThan(waited + 0.1);
      // What it takes to make a resource is known to its factory alone.
      expect(creations).toBeUndefined();
      await close(pool);
    });

    it('tells those who gave up, and other errors apart, and hides neither', async () => {
      const { pool, told } = timed({ max: 1, acquireTimeoutMillis: 20, maxWaitingClients: 1 });
      const held = await pool.acquire();
      const waiting = pool.acquire();
      await expect(pool.acquire()).rejects.toThrow('max waitingClients count exceeded');
      await expect(waiting).rejects.toThrow('ResourceRequest timed out');
      await expect(pool.release({})).rejects.toThrow('not currently part of this pool');
      await pool.release(held);

      expect(told()).toMatchObject({ timeouts: 1, waits: 1, uses: 1, pending: 0 });
      await close(pool);
    });

    it('leaves an error that nobody handles unhandled, and one that somebody does handled', async () => {
      const { pool } = timed({ max: 1, maxWaitingClients: 0 });
      const held = await pool.acquire();
      expect(await rejectionsDuring(() => void pool.acquire())).toHaveLength(1);
      expect(await rejectionsDuring(() => void pool.acquire().then(undefined, () => {}))).toHaveLength(0);
      await pool.release(held);
      await close(pool);
    });
  });
});
