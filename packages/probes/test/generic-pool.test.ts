import { createPool } from 'generic-pool';
import { describe, expect, it } from 'vitest';
import { genericPool } from '../src/generic-pool.ts';
import { pgPool } from '../src/pg.ts';

describe('generic-pool', () => {
  it('shows saturation, and rest after it', async () => {
    const pool = createPool({ create: async () => ({}), destroy: async () => {} }, { max: 2, min: 1 });
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
    await pool.drain();
    await pool.clear();
  });
});
