import { startPostgres } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import pg from 'pg';
import type { Client, Pool, QueryConfig, Submittable } from 'pg';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readMetric } from '../../../conformance/src/readings.ts';
import { pgClient } from '../../src/queries/pg-client.ts';
import { watched } from './watched.ts';
import type { Watched } from './watched.ts';

const SECRET = 'hunter2';

/** What pg-cursor is to a client: a query that is read bit by bit. */
class Cursor extends pg.Query {
  read(): void {}
}

describe('pgClient', () => {
  let server: TestServer;
  let pool: Pool;
  let client: Client;
  let watch: Watched;

  beforeAll(async () => {
    server = await startPostgres();
    watch = watched();
    pool = new pg.Pool({ connectionString: server.url, Client: pgClient(pg.Client), max: 2 });
    pool.on('error', () => {});
    await pool.query('CREATE TABLE users (id int PRIMARY KEY, name text)');
    await pool.query('INSERT INTO users VALUES ($1, $2)', [1, SECRET]);
    client = new (pgClient(pg.Client))(server.url);
    client.on('error', () => {});
    await client.connect();
  });

  beforeEach(() => void watch.counts());

  afterAll(async () => {
    await client?.end();
    await pool?.end();
    watch?.stop();
    await server?.stop();
  });

  /** What a callback is called with, and as whose method. */
  function called(
    ask: (callback: (this: unknown, error: Error | null, result?: { rows: unknown[] }) => void) => unknown,
  ) {
    const { promise, resolve } = Promise.withResolvers<{ self: unknown; error: Error | null; rows: unknown }>();
    const returned = ask(function answer(this: unknown, error, result) {
      resolve({ self: this, error, rows: result?.rows });
    });
    return { promise, returned };
  }

  const ROWS = [{ name: SECRET }];
  const TEXT = 'SELECT name FROM users';

  test.each<[string, (asked: Client) => Promise<unknown>]>([
    ['a text', async (asked) => (await asked.query(TEXT)).rows],
    ['a text and values', async (asked) => (await asked.query(`${TEXT} WHERE id = $1`, [1])).rows],
    ['a configuration', async (asked) => (await asked.query({ text: TEXT })).rows],
    ['a configuration and values', async (asked) => (await asked.query({ text: `${TEXT} WHERE id = $1` }, [1])).rows],
    ['a text and a callback', async (asked) => (await called((callback) => asked.query(TEXT, callback)).promise).rows],
    [
      'a text, values and a callback',
      async (asked) => (await called((callback) => asked.query(`${TEXT} WHERE id = $1`, [1], callback)).promise).rows,
    ],
    [
      'a configuration and a callback',
      async (asked) => (await called((callback) => asked.query({ text: TEXT }, callback as never)).promise).rows,
    ],
    [
      'a configuration with a callback in it',
      async (asked) => (await called((callback) => asked.query({ text: TEXT, callback } as never)).promise).rows,
    ],
    [
      'a Query with a callback',
      async (asked) =>
        (await called((callback) => asked.query(new pg.Query(TEXT, callback as never) as Submittable)).promise).rows,
    ],
    [
      'a Query and a callback',
      async (asked) =>
        (await called((callback) => asked.query(new pg.Query(TEXT) as never, callback as never)).promise).rows,
    ],
    [
      'a Query with listeners',
      async (asked) => {
        const query = new pg.Query(TEXT);
        const rows: unknown[] = [];
        query.on('row', (row) => void rows.push(row));
        expect(asked.query(query)).toBe(query);
        await once(query, 'end');
        return rows;
      },
    ],
    [
      'a cursor',
      async (asked) =>
        (await called((callback) => asked.query(new Cursor(TEXT, callback as never) as Submittable)).promise).rows,
    ],
  ])('answers as a client does, and counts it once: %s', async (_form, ask) => {
    const plain = new pg.Client(server.url);
    await plain.connect();
    const expected = await ask(plain);
    await plain.end();
    expect(expected).toEqual(ROWS);
    expect(await ask(client)).toEqual(expected);
    expect(watch.counts()).toEqual({ 'postgresql postgres SELECT users': 1 });
  });

  test('counts what a pool asks, once', async () => {
    await pool.query(TEXT);
    const { promise } = called((callback) => pool.query(TEXT, callback as never));
    await promise;
    const lent = await pool.connect();
    await lent.query('UPDATE users SET name = $1', [SECRET]);
    lent.release();
    expect(watch.counts()).toEqual({ 'postgresql postgres SELECT users': 2, 'postgresql postgres UPDATE users': 1 });
  });

  test('does not take for a name what is a text', async () => {
    await client.query({ name: `SELECT '${SECRET}'`, text: TEXT });
    expect(watch.counts()).toEqual({ 'postgresql postgres SELECT users': 1 });
  });

  test('calls a prepared statement by its name', async () => {
    await client.query({ name: 'user-names', text: TEXT });
    expect(watch.counts()).toEqual({ 'postgresql postgres user-names': 1 });
    expect(
      readMetric(watch.observer, 'db.client.operation.duration', { 'db.query.summary': 'user-names' }),
    ).toMatchObject([{ attributes: { 'db.operation.name': 'SELECT' } }]);
  });

  test('leaves a configuration as it was, however often it is used', async () => {
    let calls = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const callback = (): void => {
      calls++;
      if (calls === 2) resolve();
    };
    const config = Object.freeze({ text: TEXT, callback });
    client.query(config as never);
    client.query(config as never);
    await promise;
    expect(config.callback).toBe(callback);
    expect(watch.counts()).toEqual({ 'postgresql postgres SELECT users': 2 });
  });

  test('tells errors by SQLSTATE, and passes them on as they are', async () => {
    const error = await client.query('SELECT * FROM nothing').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(pg.DatabaseError);
    const { promise } = called((callback) => client.query(`INSERT INTO users VALUES (1, '${SECRET}')`, callback));
    expect((await promise).error).toMatchObject({ code: '23505' });
    const query = client.query(new pg.Query('SELECT 1 / 0'));
    expect((await once(query, 'error'))[0]).toMatchObject({ code: '22012' });
    const late = await client
      .query({ text: 'SELECT pg_sleep(1)', query_timeout: 20 } as QueryConfig)
      .catch((thrown: unknown) => thrown);
    expect(late).toBeInstanceOf(Error);
    expect(watch.counts()).toEqual({
      'postgresql postgres SELECT nothing 42P01': 1,
      'postgresql postgres INSERT users 23505': 1,
      'postgresql postgres SELECT 22012': 1,
      'postgresql postgres SELECT timeout': 1,
    });
  });

  test('throws what a client throws at once, and counts no query', () => {
    expect(() => client.query(null as never)).toThrow('Client was passed a null or undefined query');
    expect(watch.counts()).toEqual({});
  });

  test('hides no rejection that nobody handles', async () => {
    const rejected = once(process, 'unhandledRejection');
    void client.query('SELECT * FROM nobody_listens');
    expect((await rejected)[0]).toMatchObject({ code: '42P01' });
  });

  test('is a client, observed once', () => {
    const Observed = pgClient(pg.Client);
    expect(pgClient(Observed)).toBe(Observed);
    expect(client).toBeInstanceOf(pg.Client);
    expect(Observed.name).toBe(pg.Client.name);
  });

  test('counts queries that the server leaves unanswered', async () => {
    const gone = new (pgClient(pg.Client))(server.url);
    gone.on('error', () => {});
    await gone.connect();
    const { rows } = await gone.query('SELECT pg_backend_pid() AS pid');
    const failed = gone.query('SELECT pg_sleep(10)').catch((error: { code?: string }) => error.code);
    await client.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
    expect(await failed).toBe('57P01');
    expect(watch.counts()).toEqual({ 'postgresql postgres SELECT': 2, 'postgresql postgres SELECT 57P01': 1 });
  });

  test('says no value anywhere', () => {
    expect(watch.everything()).toContain('SELECT users');
    expect(watch.everything()).not.toContain(SECRET);
  });

  test('is a plain client where nobody watches', async () => {
    watch.stop();
    expect((await client.query(TEXT)).rows).toEqual(ROWS);
    expect(watch.counts()).toEqual({});
  });
});
