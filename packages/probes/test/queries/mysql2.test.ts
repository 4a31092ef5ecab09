import { startMariadb } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { createConnection, createPool } from 'mysql2';
import type { Pool, RowDataPacket } from 'mysql2';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { watched } from './watched.ts';
import type { Watched } from './watched.ts';

const SECRET = 'hunter2';

describe('mysql2', () => {
  let server: TestServer;
  let pool: Pool;
  let watch: Watched;

  beforeAll(async () => {
    server = await startMariadb();
    watch = watched();
    pool = createPool({ uri: server.url, connectionLimit: 2 });
    await pool.promise().query('CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(50))');
  });

  beforeEach(() => void watch.counts());

  afterAll(async () => {
    await pool?.promise().end();
    watch?.stop();
    await server?.stop();
  });

  test('counts each query once, whichever way it is asked', async () => {
    await pool.promise().query('INSERT INTO users VALUES (?, ?)', [1, SECRET]);
    await pool.promise().query(`INSERT INTO users VALUES (2, "${SECRET}")`);
    await pool.promise().execute('SELECT * FROM users WHERE name = ?', [SECRET]);
    const { promise, resolve } = Promise.withResolvers<number>();
    pool.query<RowDataPacket[]>('SELECT * FROM users', (_error, rows) => resolve(rows.length));
    expect(await promise).toBe(2);
    await once(pool.query('UPDATE users SET name = ?', [SECRET]), 'end');
    const connection = createConnection(server.url);
    await once(connection.execute('DELETE FROM users WHERE id = ?', [7]), 'end');
    connection.destroy();
    expect(watch.counts()).toEqual({
      'mysql test INSERT users': 2,
      'mysql test SELECT users': 2,
      'mysql test UPDATE users': 1,
      'mysql test DELETE users': 1,
    });
  });

  test('tells errors by their codes', async () => {
    const asked = ['SELECT * FROM nothing', `SELECT "${SECRET}`, 'INSERT INTO users VALUES (1, NULL)'];
    await Promise.allSettled(asked.map((sql) => pool.promise().query(sql)));
    await Promise.allSettled([pool.promise().execute('SELECT * FROM nothing WHERE a = ?', [SECRET])]);
    expect(watch.counts()).toEqual({
      'mysql test SELECT nothing ER_NO_SUCH_TABLE': 2,
      'mysql test SELECT ER_PARSE_ERROR': 1,
      'mysql test INSERT users ER_DUP_ENTRY': 1,
    });
  });

  test('does not count the time of a callback', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    pool.query('SELECT 1 AS blocked', () => {
      const end = performance.now() + 200;
      while (performance.now() < end);
      setImmediate(() => resolve());
    });
    await promise;
    expect(watch.log.at(-1)?.duration_ms).toBeLessThan(150);
  });

  test('says no value anywhere', () => {
    expect(watch.everything()).toContain('SELECT users');
    expect(watch.everything()).not.toContain(SECRET);
    expect(watch.log[0]).toMatchObject({ msg: 'slow query', level: 'warn', system: 'mysql', operation: 'CREATE' });
  });
});
