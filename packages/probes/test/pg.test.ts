import { startPostgres } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { Client, Pool } from 'pg';
import type { PoolClient, PoolConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { genericPool } from '../src/generic-pool.ts';
import { pgPool } from '../src/pg.ts';
import { patientPool } from './patient-pool.ts';
import { testPool } from './pool-contract.ts';
import { newObserver, poolErrors, poolFigures } from './pool-figures.ts';
import { rejectionsDuring } from './unhandled-rejections.ts';

let postgres: TestServer;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres?.stop());

function newPool(options: PoolConfig): Pool {
  return patientPool(postgres.url, options);
}

describe('pg.Pool', () => {
  testPool({
    make(limit) {
      const pool = newPool({ max: limit });
      return {
        target: pool,
        acquire: async () => {
          const client = await pool.connect();
          return () => client.release();
        },
        query: () => pool.query('SELECT 1'),
        close: () => pool.end(),
      };
    },
    creates: true,
    collectable: true,
  });
});

describe('the figures of a pg.Pool', () => {
  let pool: Pool;

  beforeAll(() => {
    pool = newPool({ max: 3, min: 1 });
  });

  afterAll(() => pool?.end());

  it('is recognised, and by its own reader only', () => {
    expect(pgPool.matches(pool)).toBe(true);
    expect(pgPool.matches(new Client())).toBe(false);
    expect(genericPool.matches(pool)).toBe(false);
  });

  it('rests before it is used', () => {
    expect(pgPool.read(pool)).toEqual({ used: 0, idle: 0, pending: 0, limit: 3, idleMin: 1 });
  });

  it('counts a connection that is being opened as used', async () => {
    const fresh = newPool({});
    const connecting = fresh.connect();
    expect(pgPool.read(fresh)).toEqual({ used: 1, idle: 0, pending: 0, limit: 10, idleMin: 0 });
    (await connecting).release();
    expect(pgPool.read(fresh)).toMatchObject({ used: 0, idle: 1 });
    await fresh.end();
  });

  it('stays until the last connection has been given back', async () => {
    const ending = newPool({});
    const client = await ending.connect();
    const ended = ending.end();
    expect(pgPool.read(ending)).toMatchObject({ used: 1 });
    client.release();
    await ended;
    expect(pgPool.read(ending)).toBeUndefined();
  });
});

describe('a pg.Pool whose times are told', () => {
  function timed(options: PoolConfig): { pool: Pool; figures: () => ReturnType<typeof poolFigures> } {
    const observer = newObserver();
    const pool = newPool(options);
    observer.pool(pool, { name: 'orders', timings: true });
    return { pool, figures: () => poolFigures(observer, 'orders') };
  }

  it('counts callers that give up as timeouts, not as waits', async () => {
    const { pool, figures } = timed({ max: 1, connectionTimeoutMillis: 500 });
    const client = await pool.connect();
    await expect(pool.connect()).rejects.toThrow('timeout exceeded when trying to connect');
    await expect(pool.query('SELECT 1')).rejects.toThrow('timeout exceeded when trying to connect');
    expect(figures()).toMatchObject({ timeouts: 2, waits: 1, pending: 0, pendingMax: 1 });
    client.release();
    // The queue takes a connection for nobody: no use.
    expect(figures()).toMatchObject({ uses: 1, used: 0 });
    await pool.end();
  });

  it('tells no use of a connection that the pool takes for nobody, to throw it away', async () => {
    const { pool, figures } = timed({ maxLifetimeSeconds: 0.05 });
    await pool.query('SELECT 1');
    await expect.poll(figures, { timeout: 10_000 }).toMatchObject({ idle: 0, used: 0 });
    expect(figures()).toMatchObject({ waits: 1, uses: 1 });
    await pool.end();
  });

  it('counts a server that does not answer as a timeout', async () => {
    const { pool, figures } = timed({ connectionTimeoutMillis: 100 });
    process.kill(postgres.pid, 'SIGSTOP');
    try {
      await expect(pool.connect()).rejects.toThrow('Connection terminated due to connection timeout');
    } finally {
      process.kill(postgres.pid, 'SIGCONT');
    }
    expect(figures()).toMatchObject({ timeouts: 1, waits: undefined, creations: undefined, used: 0, pending: 0 });
    await pool.end();
  });

  it('keeps the callback form: arguments, this, return value, errors that are thrown in it', async () => {
    const { pool, figures } = timed({ max: 1 });
    const called = Promise.withResolvers<PoolClient>();
    const returned: unknown = pool.connect((error, client, release) => {
      expect(error).toBeUndefined();
      expect(release).toBe(client?.release);
      called.resolve(client!);
    });
    expect(returned).toBeUndefined();
    const client = await called.promise;
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    client.release();
    expect(figures()).toMatchObject({ waits: 1, uses: 1, used: 0 });
    await pool.end();
    expect(() =>
      pool.connect(() => {
        throw new Error('of the application');
      }),
    ).toThrow('of the application');
    const failure = Promise.withResolvers<unknown>();
    pool.connect((error) => failure.resolve(error));
    expect(await failure.promise).toMatchObject({ message: 'Cannot use a pool after calling end on the pool' });
  });

  it('keeps the promise form, its class, and rejections that nobody handles', async () => {
    class OwnPromise<T> extends Promise<T> {}
    const { pool } = timed({ Promise: OwnPromise as unknown as PromiseConstructor });
    const asked = pool.connect();
    expect(asked).toBeInstanceOf(OwnPromise);
    (await asked).release();
    await pool.end();
    const plain = newPool({});
    await plain.end();
    expect(await rejectionsDuring(() => void plain.connect())).toHaveLength(1);
    expect(await rejectionsDuring(() => void pool.connect())).toHaveLength(1);
    expect(await rejectionsDuring(() => void pool.connect().catch(() => {}))).toEqual([]);
  });

  it('is the method still, on this pool alone', () => {
    const { pool } = timed({});
    expect(pool.connect.name).toBe('connect');
    expect(pool.connect).toHaveLength(1);
    expect(Object.keys(pool)).not.toContain('connect');
    expect(newPool({}).connect).toBe(Pool.prototype.connect);
    expect(pool.connect).not.toBe(Pool.prototype.connect);
  });

  it('makes clients of the class it was given', async () => {
    class OwnClient extends Client {}
    const { pool } = timed({ Client: OwnClient } as PoolConfig);
    const client = await pool.connect();
    expect(client).toBeInstanceOf(OwnClient);
    expect(client.constructor).toBe(OwnClient);
    client.release();
    await pool.end();
  });
});

// The last of the file: the server does not come back.
describe('a PostgreSQL that is stopped', () => {
  it('shows errors, and no wait that nobody had', async () => {
    const observer = newObserver();
    const pool = newPool({ max: 2, connectionTimeoutMillis: 2000 });
    observer.pool(pool, { name: 'orders', timings: true });
    const client = await pool.connect();
    client.on('error', () => {});
    const gone = Promise.withResolvers<void>();
    client.on('end', gone.resolve);
    await postgres.stop();
    await gone.promise;
    client.release(true);
    const before = poolFigures(observer, 'orders');
    expect(before).toMatchObject({ used: 0, idle: 0, waits: 1, uses: 1, creations: 1 });

    await expect(pool.query('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    expect(poolFigures(observer, 'orders')).toEqual({ ...before, errors: 1 });
    await pool.end();
    expect(poolErrors(observer, 'orders')).toBeUndefined();
  });
});
