import 'reflect-metadata';
import { PrismaPg } from '@prisma/adapter-pg';
import { startMariadb, startPostgres } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2';
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import createKnex from 'knex';
import { createPool } from 'mysql2';
import { createPool as createPromisePool } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patientPool } from './patient-pool.ts';
import { newObserver, poolFigures } from './pool-figures.ts';

let postgres: TestServer;
let mariadb: TestServer;

beforeAll(async () => {
  [postgres, mariadb] = await Promise.all([startPostgres(), startMariadb()]);
});

afterAll(() => Promise.all([postgres?.stop(), mariadb?.stop()]));

/** Registers what holds a pool, has it used once, and gives what was told of that. */
async function used(target: object, use: () => Promise<unknown>): Promise<ReturnType<typeof poolFigures>> {
  const observer = newObserver();
  observer.pool(target, { name: 'orders', timings: true });
  await use();
  await expect
    .poll(() => poolFigures(observer, 'orders'), { timeout: 10_000 })
    .toMatchObject({ used: 0, idle: 1, pending: 0 });
  return poolFigures(observer, 'orders');
}

describe('the pool is found in', () => {
  it('a database of drizzle over pg', async () => {
    const pool = patientPool(postgres.url, { max: 4 });
    const database = drizzlePg(pool);
    expect(await used(database, async () => database.execute('SELECT 1'))).toMatchObject({
      limit: 4,
      waits: 1,
      uses: 1,
    });
    await pool.end();
  });

  it.each([createPool, createPromisePool])('a database of drizzle over mysql2 (%o)', async (create) => {
    const pool = create({ uri: mariadb.url, connectionLimit: 4 });
    const database = drizzleMysql(pool as ReturnType<typeof createPromisePool>);
    expect(await used(database, async () => database.execute('SELECT 1'))).toMatchObject({
      limit: 4,
      waits: 1,
      uses: 1,
    });
    await pool.end();
  });

  it('a DataSource of typeorm over pg', async () => {
    const source = new DataSource({ type: 'postgres', url: postgres.url, poolSize: 4 });
    expect(() => newObserver().pool(source, { name: 'orders' })).toThrow('no reader knows');
    await source.initialize();
    expect(await used(source, () => source.query('SELECT 1'))).toMatchObject({ limit: 4, waits: 1, uses: 1 });
    await source.destroy();
  });

  it('a DataSource of typeorm over mysql2', async () => {
    const source = new DataSource({ type: 'mysql', url: mariadb.url, poolSize: 4 });
    await source.initialize();
    expect(await used(source, () => source.query('SELECT 1'))).toMatchObject({ limit: 4, waits: 1, uses: 1 });
    await source.destroy();
  });

  it('knex with a pool of its own, of pg, of mysql2', async () => {
    const own = createKnex({ client: 'pg', connection: postgres.url, pool: { min: 0, max: 4 } });
    expect(await used(own, async () => own.raw('SELECT 1'))).toMatchObject({ limit: 4, waits: 1, uses: 1 });
    await own.destroy();
    const pg = patientPool(postgres.url, { max: 5 });
    const overPg = createKnex({ client: 'pg', connectionPool: pg });
    expect(await used(overPg, async () => overPg.raw('SELECT 1'))).toMatchObject({ limit: 5, waits: 1, uses: 1 });
    await overPg.destroy();
    await pg.end();
    const mysql = createPromisePool({ uri: mariadb.url, connectionLimit: 6 });
    const overMysql = createKnex({ client: 'mysql2', connectionPool: mysql });
    expect(await used(overMysql, async () => overMysql.raw('SELECT 1'))).toMatchObject({ limit: 6, waits: 1, uses: 1 });
    await overMysql.destroy();
    await mysql.end();
  });

  it("the adapter of prisma, if it was given one's own pool", async () => {
    const pool = patientPool(postgres.url, { max: 4 });
    const factory = new PrismaPg(pool);
    const adapter = await factory.connect();
    const sql = { sql: 'SELECT 1', args: [], argTypes: [] };
    expect(await used(factory, () => adapter.queryRaw(sql))).toMatchObject({ limit: 4, waits: 1, uses: 1 });
    await adapter.dispose();
    await pool.end();
    const hidden = new PrismaPg({ connectionString: postgres.url });
    expect(() => newObserver().pool(hidden, { name: 'orders' })).toThrow('no reader knows');
  });
});

describe('what holds no pool', () => {
  it.each([
    ['null inside', { $client: null, driver: null, client: null, pool: null, connectionManager: null }],
    ['numbers inside', { $client: 1, driver: 2, client: 3, pool: 4, externalPool: 5 }],
    [
      'itself inside',
      Object.assign(Object.create(null), {
        get $client() {
          return this;
        },
      }),
    ],
    ['a function', Object.assign(() => undefined as never, { client: {} })],
  ])('is refused at once, or is a function: %s', (_, target: object) => {
    const observer = newObserver();
    if (typeof target === 'function') expect(() => observer.pool(target, { name: 'orders' })).not.toThrow();
    else expect(() => observer.pool(target, { name: 'orders' })).toThrow(/Accepted: pg, .*tarn \(knex\), .*mysql2/);
  });
});
