import { startPostgres } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import createKnex from 'knex';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readers } from '../src/registry.ts';
import { tarnPool } from '../src/tarn.ts';
import { testPool } from './pool-contract.ts';
import { newObserver, poolFigures } from './pool-figures.ts';
import { rejectionsDuring } from './unhandled-rejections.ts';

let postgres: TestServer;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres?.stop());

function newKnex(pool: Knex.PoolConfig): Knex {
  const log = { warn() {}, error() {} };
  return createKnex({ client: 'pg', connection: postgres.url, pool: { min: 0, ...pool }, log });
}

interface Client {
  readonly pool: object;
  acquireConnection(): Promise<object>;
  releaseConnection(connection: object): Promise<void>;
}

function clientOf(knex: Knex): Client {
  return knex.client as Client;
}

describe('the pool of knex', () => {
  testPool({
    make(limit) {
      const knex = newKnex({ max: limit });
      const client = clientOf(knex);
      return {
        target: knex,
        acquire: async () => {
          const connection = await client.acquireConnection();
          return () => client.releaseConnection(connection);
        },
        query: async () => knex.raw('SELECT 1'),
        close: () => knex.destroy(),
      };
    },
    creates: true,
    collectable: true,
  });
});

describe('the figures of the pool of knex', () => {
  it('are read by one reader only', async () => {
    const knex = newKnex({ min: 1, max: 7 });
    const { pool } = clientOf(knex);
    expect(readers.pools.filter((reader) => reader.matches(pool))).toEqual([tarnPool]);
    expect(tarnPool.read(pool)).toEqual({ used: 0, idle: 0, pending: 0, limit: 7, idleMin: 1 });
    await knex.destroy();
  });

  it('count a connection that is being opened as used', async () => {
    const knex = newKnex({ max: 2 });
    const client = clientOf(knex);
    const asked = client.acquireConnection();
    expect(tarnPool.read(client.pool)).toMatchObject({ used: 1, idle: 0, pending: 1 });
    await client.releaseConnection(await asked);
    expect(tarnPool.read(client.pool)).toMatchObject({ used: 0, idle: 1, pending: 0 });
    await knex.destroy();
  });
});

describe('a pool of knex whose times are told', () => {
  it('counts callers that give up as timeouts, not as waits', async () => {
    const observer = newObserver();
    const knex = newKnex({ max: 1, acquireTimeoutMillis: 500 });
    observer.pool(knex, { name: 'orders', timings: true });
    const client = clientOf(knex);
    const held = await client.acquireConnection();
    await expect(knex.raw('SELECT 1')).rejects.toThrow('Timeout acquiring a connection');
    expect(poolFigures(observer, 'orders')).toMatchObject({ timeouts: 1, waits: 1, pending: 0, pendingMax: 1 });
    await client.releaseConnection(held);
    expect(poolFigures(observer, 'orders')).toMatchObject({ used: 0, uses: 1 });
    await knex.destroy();
  });

  it('keeps rejections that nobody handles', async () => {
    const rejected = async (timings: boolean): Promise<number> => {
      const knex = newKnex({ max: 1 });
      newObserver().pool(knex, { name: 'orders', timings });
      const client = clientOf(knex);
      await knex.destroy();
      return (await rejectionsDuring(() => void client.acquireConnection())).length;
    };
    expect(await rejected(true)).toBe(await rejected(false));
  });
});

// The last of the file: the server does not come back.
describe('a server that is stopped', () => {
  it('shows errors, and no wait that nobody had', async () => {
    const observer = newObserver();
    const knex = newKnex({ max: 2 });
    observer.pool(knex, { name: 'orders', timings: true });
    await knex.raw('SELECT 1');
    await postgres.stop();
    await expect(knex.raw('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await expect(knex.raw('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await expect
      .poll(() => poolFigures(observer, 'orders'), { timeout: 10_000 })
      .toMatchObject({ used: 0, idle: 0, pending: 0, waits: 1, creations: 1, timeouts: 0, errors: 2 });
    await knex.destroy();
  });
});
