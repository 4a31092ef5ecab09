import { tracingChannel } from 'node:diagnostics_channel';
import { startMariadb } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { createConnection, createPool } from 'mysql2';
import type { Pool, PoolConnection, PoolOptions } from 'mysql2';
import { createPool as createPromisePool } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mysql2Pool } from '../src/mysql2.ts';
import { readers } from '../src/registry.ts';
import { testPool } from './pool-contract.ts';
import { newObserver, poolErrors, poolFigures } from './pool-figures.ts';
import { rejectionsDuring } from './unhandled-rejections.ts';

// The client speaks to a MariaDB as it does to a MySQL.
let mariadb: TestServer;

beforeAll(async () => {
  mariadb = await startMariadb();
});

afterAll(() => mariadb?.stop());

function newPool(options: PoolOptions = {}): Pool {
  return createPool({ uri: mariadb.url, ...options });
}

function connectionOf(pool: Pool): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
  });
}

function ended(pool: Pool): Promise<void> {
  return new Promise((resolve, reject) => {
    pool.end((error) => (error ? reject(error) : resolve()));
  });
}

function timed(options: PoolOptions = {}): { pool: Pool; figures: () => ReturnType<typeof poolFigures> } {
  const observer = newObserver();
  const pool = newPool(options);
  observer.pool(pool, { name: 'orders', timings: true });
  return { pool, figures: () => poolFigures(observer, 'orders') };
}

describe('a mysql2 pool', () => {
  testPool({
    make(limit) {
      const pool = newPool({ connectionLimit: limit });
      return {
        target: pool,
        acquire: async () => {
          const connection = await connectionOf(pool);
          return () => connection.release();
        },
        query: () => pool.promise().query('SELECT 1'),
        close: () => ended(pool),
      };
    },
    creates: true,
    collectable: true,
  });
});

describe('a mysql2/promise pool', () => {
  testPool({
    make(limit) {
      const pool = createPromisePool({ uri: mariadb.url, connectionLimit: limit });
      return {
        target: pool,
        acquire: async () => {
          const connection = await pool.getConnection();
          return () => connection.release();
        },
        query: () => pool.execute('SELECT 1'),
        close: () => pool.end(),
      };
    },
    creates: true,
    collectable: true,
  });
});

describe('the figures of a mysql2 pool', () => {
  it('are read by one reader only, and of no connection', async () => {
    const pool = newPool();
    expect(readers.pools.filter((reader) => reader.matches(pool))).toEqual([mysql2Pool]);
    const connection = createConnection({ uri: mariadb.url });
    expect(readers.pools.filter((reader) => reader.matches(connection))).toEqual([]);
    await connection.promise().end();
    await ended(pool);
  });

  it('count a connection that is being opened as used, and have no limit where there is none', async () => {
    const pool = newPool({ connectionLimit: 0 });
    const connecting = connectionOf(pool);
    expect(mysql2Pool.read(pool)).toEqual({ used: 1, idle: 0, pending: 0, limit: undefined });
    (await connecting).release();
    expect(mysql2Pool.read(pool)).toMatchObject({ used: 0, idle: 1 });
    await ended(pool);
  });

  it('end with a counted error where a version lacks the private queues', async () => {
    const observer = newObserver();
    const pool = newPool();
    observer.pool(pool, { name: 'orders' });
    const { _freeConnections } = pool as unknown as { _freeConnections: unknown };
    Object.assign(pool, { _freeConnections: undefined });
    expect(poolFigures(observer, 'orders')).toMatchObject({ used: undefined, idle: undefined, limit: undefined });
    expect(poolErrors(observer, 'orders')).toBeGreaterThan(0);
    Object.assign(pool, { _freeConnections });
    await ended(pool);
  });
});

describe('a mysql2 pool whose times are told', () => {
  it('tells the use of a connection that goes from caller to caller', async () => {
    const { pool, figures } = timed({ connectionLimit: 1 });
    const first = await connectionOf(pool);
    const second = connectionOf(pool);
    first.release();
    (await second).release();
    expect(figures()).toMatchObject({ waits: 2, uses: 2, creations: 1 });
    await ended(pool);
  });

  it('tells the use of a connection that is thrown away', async () => {
    const { pool, figures } = timed();
    (await connectionOf(pool)).destroy();
    expect(figures()).toMatchObject({ waits: 1, uses: 1, used: 0, idle: 0 });
    await ended(pool);
  });

  it.each([false, true])(
    'is asked once by a caller whose turn comes as a connection is lost (traced: %s)',
    async (traced) => {
      const channel = tracingChannel('mysql2:pool:connect');
      const subscriber = { start() {}, end() {}, asyncStart() {}, asyncEnd() {}, error() {} };
      if (traced) channel.subscribe(subscriber);
      try {
        const { pool, figures } = timed({ connectionLimit: 1 });
        const first = await connectionOf(pool);
        const second = connectionOf(pool);
        expect(figures()).toMatchObject({ pending: 1, pendingMax: 1 });
        first.destroy();
        (await second).release();
        expect(figures()).toMatchObject({ waits: 2, uses: 2, creations: 2, pending: 0, pendingMax: 1 });
        await ended(pool);
      } finally {
        channel.unsubscribe(subscriber);
      }
    },
  );

  it('counts a server that does not answer as a timeout', async () => {
    const { pool, figures } = timed({ connectTimeout: 100 });
    process.kill(mariadb.pid, 'SIGSTOP');
    try {
      await expect(connectionOf(pool)).rejects.toThrow('ETIMEDOUT');
    } finally {
      process.kill(mariadb.pid, 'SIGCONT');
    }
    expect(figures()).toMatchObject({ timeouts: 1, waits: undefined, creations: undefined, used: 0, pending: 0 });
    await ended(pool);
  });

  it('keeps errors, what is thrown in a callback, and what it gives back', async () => {
    const { pool, figures } = timed({ connectionLimit: 1, queueLimit: 1 });
    const held = await connectionOf(pool);
    const queued = connectionOf(pool);
    const getConnection = pool.getConnection as unknown as (callback: (error: Error | null) => void) => unknown;
    let told: Error | null = null;
    expect(
      getConnection.call(pool, (error) => {
        told = error;
      }),
    ).toBeUndefined();
    expect(told).toMatchObject({ message: 'Queue limit reached.' });
    expect(() =>
      getConnection.call(pool, () => {
        throw new Error('of the application');
      }),
    ).toThrow('of the application');
    held.release();
    (await queued).release();
    expect(figures()).toMatchObject({ waits: 2, timeouts: 0, uses: 2 });
    await ended(pool);
    expect(await rejectionsDuring(() => void pool.promise().getConnection())).toHaveLength(1);
    expect(await rejectionsDuring(() => void connectionOf(pool).catch(() => {}))).toEqual([]);
  });

  it('is the method still, on this pool alone', async () => {
    const { pool } = timed();
    expect(pool.getConnection.name).toBe('getConnection');
    expect(Object.keys(pool)).not.toContain('getConnection');
    const other = newPool();
    expect(Object.hasOwn(other, 'getConnection')).toBe(false);
    await Promise.all([ended(pool), ended(other)]);
  });
});

// The last of the file: the server does not come back.
describe('a server that is stopped', () => {
  it('shows errors, and no wait that nobody had', async () => {
    const { pool, figures } = timed({ connectionLimit: 2 });
    const connection = await connectionOf(pool);
    const gone = Promise.withResolvers<unknown>();
    connection.on('error', gone.resolve);
    await mariadb.stop();
    await gone.promise;
    const before = figures();
    expect(before).toMatchObject({ used: 0, idle: 0, pending: 0, waits: 1, uses: 1, creations: 1, timeouts: 0 });
    await expect(pool.promise().query('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await expect.poll(figures, { timeout: 10_000 }).toEqual({ ...before, errors: 1 });
    await ended(pool);
    expect(figures().used).toBeUndefined();
  });
});
