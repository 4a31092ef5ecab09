import { Client, Pool } from 'pg';
import type { PoolConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryPostgres } from '../../cli/test/demo/temporary-postgres.ts';
import type { TemporaryPostgres } from '../../cli/test/demo/temporary-postgres.ts';
import { genericPool } from '../src/generic-pool.ts';
import { pgPool } from '../src/pg.ts';

describe('pg.Pool', () => {
  let postgres: TemporaryPostgres;
  let pool: Pool;

  function newPool(options: PoolConfig): Pool {
    const made = new Pool({ connectionString: postgres.url, ...options });
    // end() does not wait until its connections are gone; the server, stopped right after, still has a word for them.
    made.on('error', () => {});
    return made;
  }

  beforeAll(async () => {
    postgres = await temporaryPostgres();
    pool = newPool({ max: 3, min: 1 });
  });

  afterAll(async () => {
    await pool?.end();
    await postgres?.stop();
  });

  it('is recognised, and by its own reader only', () => {
    expect(pgPool.matches(pool)).toBe(true);
    expect(genericPool.matches(pool)).toBe(false);
    expect(pgPool.matches(new Client())).toBe(false);
    expect(pgPool.matches({ totalCount: 1, idleCount: 1, waitingCount: 0 })).toBe(false);
  });

  it('holds nothing before its first query', () => {
    expect(pgPool.read(pool)).toEqual({ used: 0, idle: 0, pending: 0, limit: 3, idleMin: 1 });
  });

  it('shows saturation, and rest after it', async () => {
    const held = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    const waiting = [pool.connect(), pool.connect()];
    expect(pgPool.read(pool)).toEqual({ used: 3, idle: 0, pending: 2, limit: 3, idleMin: 1 });

    for (const client of held) client.release();
    for (const client of await Promise.all(waiting)) client.release();
    expect(pgPool.read(pool)).toEqual({ used: 0, idle: 3, pending: 0, limit: 3, idleMin: 1 });
  });

  it('counts a connection that is being opened as used', async () => {
    const fresh = newPool({});
    const connecting = fresh.connect();
    expect(pgPool.read(fresh)).toEqual({ used: 1, idle: 0, pending: 0, limit: 10, idleMin: 0 });
    (await connecting).release();
    expect(pgPool.read(fresh)).toMatchObject({ used: 0, idle: 1 });
    await fresh.end();
    expect(pgPool.read(fresh)).toMatchObject({ used: 0, idle: 0 });
  });
});
