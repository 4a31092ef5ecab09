import { EventEmitter } from 'node:events';
import type { PoolTimings } from '@outrider/core';
import { startMariadb } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { createPool } from 'mariadb';
import type { Pool, PoolConfig } from 'mariadb';
import { createPool as createCallbackPool } from 'mariadb/callback';
import type { Pool as CallbackPool, PoolConnection as CallbackConnection } from 'mariadb/callback';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mariadbCallbackPool, mariadbPool } from '../src/mariadb.ts';
import { readers } from '../src/registry.ts';
import { testPool } from './pool-contract.ts';
import { newObserver, poolFigures } from './pool-figures.ts';
import { callers, recordedTimings } from './recorded-timings.ts';
import { rejectionsDuring } from './unhandled-rejections.ts';

let mariadb: TestServer;

beforeAll(async () => {
  mariadb = await startMariadb();
});

afterAll(() => mariadb?.stop());

function config(options: PoolConfig = {}): PoolConfig {
  return { host: '127.0.0.1', port: mariadb.port, user: 'root', database: 'test', minimumIdle: 0, ...options };
}

function timed(options: PoolConfig = {}): { pool: Pool; figures: () => ReturnType<typeof poolFigures> } {
  const observer = newObserver();
  const pool = createPool(config(options));
  observer.pool(pool, { name: 'orders', timings: true });
  return { pool, figures: () => poolFigures(observer, 'orders') };
}

describe('a mariadb pool', () => {
  testPool({
    make(limit) {
      const pool = createPool(config({ connectionLimit: limit }));
      return {
        target: pool,
        acquire: async () => {
          const connection = await pool.getConnection();
          return () => connection.release();
        },
        query: () => pool.query('SELECT 1'),
        close: () => pool.end(),
      };
    },
    creates: false,
    // It keeps an eye on its size from the start.
    collectable: false,
  });
});

describe('the figures of a mariadb pool', () => {
  it('are read by one reader only', async () => {
    const pool = createPool(config());
    expect(readers.pools.filter((reader) => reader.matches(pool))).toEqual([mariadbPool]);
    await pool.end();
  });

  it('take the limit that the application says before that of the pool', async () => {
    const observer = newObserver();
    const pool = createPool(config({ connectionLimit: 4 }));
    observer.pool(pool, { name: 'orders', limit: 7 });
    expect(poolFigures(observer, 'orders').limit).toBe(7);
    await pool.end();
  });

  it('are those of a callback pool too, which has no times', async () => {
    const observer = newObserver();
    const pool: CallbackPool = createCallbackPool(config({ connectionLimit: 4 }));
    expect(readers.pools.filter((reader) => reader.matches(pool))).toEqual([mariadbCallbackPool]);
    observer.pool(pool, { name: 'orders' });
    expect(() => observer.pool(pool, { name: 'timed', timings: true })).toThrow('mariadb/callback does not tell');
    const held = Promise.withResolvers<CallbackConnection>();
    pool.getConnection((error, connection) => (error ? held.reject(error) : held.resolve(connection!)));
    const connection = await held.promise;
    expect(poolFigures(observer, 'orders')).toMatchObject({ used: 1, idle: 0, pending: 0, limit: 4 });
    connection.release(() => {});
    await expect.poll(() => poolFigures(observer, 'orders'), { timeout: 10_000 }).toMatchObject({ used: 0, idle: 1 });
    const closed = Promise.withResolvers<void>();
    pool.end(() => closed.resolve());
    await closed.promise;
    expect(poolFigures(observer, 'orders').used).toBeUndefined();
  });
});

describe('a mariadb pool whose times are told', () => {
  it('tells the wait of a query apart from the query', async () => {
    const { pool, figures } = timed({ connectionLimit: 1 });
    await pool.query('SELECT 1');
    const before = figures();
    const begun = performance.now();
    await Promise.all([pool.query('SELECT SLEEP(0.1)'), pool.execute('SELECT SLEEP(0.1)')]);
    const seconds = (performance.now() - begun) / 1000;
    await expect.poll(() => figures().uses, { timeout: 10_000 }).toBe(3);
    const waited = figures().waitSeconds! - before.waitSeconds!;
    // The first did not wait, the second as long as the first took, and took as long itself.
    expect(waited).toBeGreaterThan(0.09);
    expect(waited).toBeLessThan(seconds - 0.09);
    expect(figures()).toMatchObject({ waits: 3, pending: 0 });
    expect(figures().useSeconds! - before.useSeconds!).toBeGreaterThan(0.19);
    await pool.end();
  });

  it('ends the wait of the caller that gets the connection, not of the one that waits longer', async () => {
    const pool = createPool(config({ connectionLimit: 1, noControlAfterUse: true }));
    const ended: number[] = [];
    let asked = 0;
    const timings = {
      wait: () => {
        const caller = ++asked;
        return { end: (result: string) => void (result === 'ok' && ended.push(caller)) };
      },
      used: () => {},
    };
    mariadbPool.time!(pool, timings as unknown as PoolTimings);
    const held = await pool.getConnection();
    const overtaken = pool.query('SELECT 1');
    // Given back at once, and taken before the pool looks at its queue.
    void held.release();
    await Promise.all([pool.query('SELECT 1'), overtaken]);
    expect(ended).toEqual([1, 3, 2]);
    await pool.end();
  });

  // By a stand-in: a server cannot be told which connection's ping to answer late.
  it('counts no error of a caller whose turn another took', async () => {
    const pool = Object.assign(new EventEmitter(), {
      getConnection: async () => late.promise,
      query: async () => soon.promise,
    });
    const [late, soon] = [Promise.withResolvers<object>(), Promise.withResolvers<string>()];
    const { timings, ended } = recordedTimings();
    mariadbPool.time!(pool, timings);
    const slow = callers.run('slow', async () => pool.getConnection());
    const quick = callers.run('quick', async () => pool.query());
    pool.emit('acquire', { of: 'quick' });
    soon.resolve('rows');
    expect(await quick).toBe('rows');
    const connection = { of: 'slow' };
    pool.emit('acquire', connection);
    late.resolve(connection);
    expect(await slow).toBe(connection);
    expect(ended).toEqual(['slow ok', 'quick ok']);
  });

  it('counts callers that give up as timeouts, not as waits', async () => {
    const { pool, figures } = timed({ connectionLimit: 1, acquireTimeout: 500 });
    const held = await pool.getConnection();
    const [got, asked] = await Promise.allSettled([pool.getConnection(), pool.query('SELECT 1')]);
    expect([got, asked].map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(figures()).toMatchObject({ timeouts: 2, waits: 1, pending: 0, pendingMax: 2 });
    await held.release();
    await expect.poll(figures, { timeout: 10_000 }).toMatchObject({ uses: 1, used: 0 });
    // Those that gave up have left the queue: a wait that ends is that of a later caller.
    const again = await pool.getConnection();
    const waiting = pool.query('SELECT 1');
    await again.release();
    await waiting;
    expect(figures()).toMatchObject({ waits: 3, timeouts: 2 });
    await pool.end();
  });

  it('keeps errors, and rejections that nobody handles', async () => {
    const { pool, figures } = timed({ connectionLimit: 1 });
    await expect(pool.query('SELECT nothing FROM nowhere')).rejects.toMatchObject({ code: 'ER_NO_SUCH_TABLE' });
    // @ts-expect-error: the library checks it itself.
    await expect(pool.importFile()).rejects.toMatchObject({ code: 'ER_MISSING_SQL_PARAMETER' });
    expect(figures()).toMatchObject({ waits: 1, timeouts: 0 });
    expect(pool.query.name).toBe('query');
    await pool.end();
    expect(await rejectionsDuring(() => void pool.getConnection())).toHaveLength(1);
    expect(await rejectionsDuring(() => void pool.getConnection().catch(() => {}))).toEqual([]);
  });
});

// The last of the file: the server does not come back.
describe('a server that is stopped', () => {
  it('shows timeouts, and no wait that nobody had', async () => {
    const { pool, figures } = timed({ connectionLimit: 2, acquireTimeout: 500 });
    await pool.query('SELECT 1');
    await mariadb.stop();
    await expect.poll(figures, { timeout: 10_000 }).toMatchObject({ used: 0, idle: 0 });
    await expect(pool.query('SELECT 1')).rejects.toMatchObject({ code: 'ER_GET_CONNECTION_TIMEOUT' });
    expect(figures()).toMatchObject({ used: 0, idle: 0, pending: 0, waits: 1, timeouts: 1 });
    await pool.end();
  });
});
