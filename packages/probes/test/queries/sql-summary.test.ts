import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { summarizeSql } from '../../src/queries/sql-summary.ts';
import type { SqlDialect } from '../../src/queries/sql-scanner.ts';

describe('a summary', () => {
  test.each([
    // The examples of the semantic conventions.
    ['SELECT * FROM wuser_table WHERE username = ?', 'SELECT wuser_table'],
    [
      'INSERT INTO shipping_details (order_id, address) SELECT order_id, address FROM orders',
      'INSERT shipping_details SELECT orders',
    ],
    ['SELECT * FROM songs, artists WHERE songs.artist_id == artists.id', 'SELECT songs artists'],
    [
      'SELECT order_date FROM (SELECT * FROM orders o JOIN customers c ON o.customer_id = c.customer_id)',
      'SELECT SELECT orders customers',
    ],
    ['SELECT * FROM "song list", \'artists\'', 'SELECT song list'],
    // Reading.
    [
      'select u.id from Users u left join public.orders as o on o.user_id = u.id, regions r where u.id = 7',
      'SELECT Users public.orders regions',
    ],
    ['SELECT a, (SELECT max(b) FROM t2) FROM t1 WHERE EXISTS (SELECT 1 FROM t3)', 'SELECT SELECT t2 t1 SELECT t3'],
    ["SELECT extract(epoch FROM created_at), trim(both ' ' from note), substring(a from 2) FROM posts", 'SELECT posts'],
    ['SELECT 1 FROM a WHERE b IS NOT DISTINCT FROM c', 'SELECT a'],
    ['SELECT * FROM (a JOIN b USING (id)) JOIN c USING (id)', 'SELECT a b c'],
    ['SELECT * FROM generate_series(1, 5), jobs', 'SELECT jobs'],
    ['SELECT * FROM jobs ORDER BY id, run_at FOR UPDATE OF jobs SKIP LOCKED', 'SELECT jobs'],
    ['SELECT a FROM t UNION ALL SELECT b FROM u', 'SELECT t SELECT u'],
    [
      'WITH old AS (DELETE FROM sessions RETURNING *) INSERT INTO archive SELECT * FROM old',
      'DELETE sessions INSERT archive SELECT old',
    ],
    ['(SELECT 1)', 'SELECT'],
    ['EXPLAIN ANALYZE SELECT * FROM t', 'EXPLAIN SELECT t'],
    ['EXPLAIN (ANALYZE, BUFFERS) UPDATE t SET a = 1', 'EXPLAIN UPDATE t'],
    ['SELECT /* hint */ * -- all of them\nFROM t /* /* nested */ FROM hidden */', 'SELECT t'],
    ["SELECT $$FROM hidden$$, $x$ FROM hidden $$ $x$, E'it\\'s FROM hidden' FROM t", 'SELECT t'],
    // Whether the quote behind the backslash ends the literal is a setting of the server.
    ["SELECT a FROM t WHERE a = DATE'\\' AND b = 'x JOIN hidden'", 'SELECT t'],
    ["SELECT 'a\\', 'x FROM hidden'", 'SELECT'],
    ["SELECT 'a\\\\', 'x FROM hidden' FROM t", 'SELECT t'],
    ['SELECT a AS delete, b AS "from" FROM t', 'SELECT t'],
    ['SeLeCt * fRoM Users jOiN "Orders" uSiNg (id)', 'SELECT Users Orders'],
    ['SELECT * FROM `a`.`b`, "C"."d e"', 'SELECT a.b C.d e'],
    // Writing.
    ["INSERT INTO t VALUES (1, 'FROM x') ON CONFLICT (id) DO UPDATE SET a = excluded.a", 'INSERT t'],
    ['INSERT OR REPLACE INTO t VALUES (1)', 'INSERT t'],
    ['UPDATE ONLY t SET a = 1, b = 2 FROM u WHERE t.id = u.id', 'UPDATE t u'],
    ['DELETE FROM t USING u WHERE t.id = u.id', 'DELETE t u'],
    [
      'MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT (a) VALUES (1)',
      'MERGE t s',
    ],
    ['REPLACE INTO t VALUES (1)', 'REPLACE t'],
    // The rest.
    ['CREATE TABLE IF NOT EXISTS users (id int REFERENCES o ON DELETE CASCADE)', 'CREATE TABLE users'],
    ['CREATE UNIQUE INDEX CONCURRENTLY ON users (name)', 'CREATE INDEX users'],
    ["CREATE USER bob PASSWORD 'hunter2'", 'CREATE USER'],
    ['COPY (SELECT * FROM t) TO STDOUT', 'COPY'],
    ['CALL pay(1, 2)', 'CALL pay'],
    ['SET password = hunter2', 'SET'],
    ["NOTIFY jobs, 'hunter2'", 'NOTIFY'],
    ['GRANT SELECT, UPDATE ON t TO u', 'GRANT'],
    ['BEGIN; UPDATE t SET a = 1; COMMIT', 'BEGIN UPDATE t COMMIT'],
  ])('of %s', (sql, summary) => {
    expect(summarizeSql(sql).summary).toBe(summary);
  });

  test.each([
    ['UPDATE a, b SET a.x = 1', 'UPDATE a b'],
    ['DELETE a FROM a JOIN b ON a.id = b.id', 'DELETE a a b'],
    ["SELECT \"FROM hidden\" FROM t WHERE a = 'it\\'s FROM hidden' # FROM hidden", 'SELECT t'],
    ["SELECT 'a\\', 'x FROM hidden'", 'SELECT'],
    ['SELECT "a\\", "x FROM hidden"', 'SELECT'],
    ["SELECT 'a\\\\', 'x FROM hidden' FROM t", 'SELECT t'],
    ['SELECT 5--3 FROM t -- FROM hidden', 'SELECT t'],
    ['INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a)', 'INSERT t'],
    ['SELECT replace(a, "x", "y"), insert(a, 1, 2, "z") FROM t', 'SELECT t'],
    ['SELECT * FROM t INTO OUTFILE "/srv/hidden"', 'SELECT t'],
  ])('in MySQL of %s', (sql, summary) => {
    expect(summarizeSql(sql, 'mysql').summary).toBe(summary);
  });

  test.each([
    '',
    '   ',
    'hunter2',
    "'hunter2'",
    'delete_me from users',
    ';;',
    '(((',
    '/* never closed',
    "'never closed",
  ])('of what begins like no SQL is _OTHER: %s', (sql) => {
    for (const dialect of ['standard', 'mysql'] satisfies SqlDialect[]) {
      expect(summarizeSql(sql, dialect)).toEqual({ summary: '_OTHER', operation: '_OTHER' });
    }
  });

  test('has the first operation', () => {
    expect(summarizeSql('insert into a select * from b').operation).toBe('INSERT');
  });

  test('has 255 characters at the most, and no part of a name', () => {
    const tables = Array.from({ length: 100 }, (_, at) => `table_${at}`);
    const { summary } = summarizeSql(`SELECT * FROM ${tables.join(', ')}`);
    expect(summary.length).toBeLessThanOrEqual(255);
    expect(`SELECT ${tables.join(' ')} `).toContain(`${summary} `);
  });

  test('is of the first 4 KB', () => {
    expect(summarizeSql(`SELECT '${'x'.repeat(5000)}' FROM t`).summary).toBe('SELECT');
  });
});

describe('no literal gets into a summary', () => {
  const SECRET = 'hunter2';
  // What may stand in a literal, also what looks like SQL from within.
  const inside = fc
    .array(fc.constantFrom(' ', "''", '"', '`', ',', '(', ')', ';', 'x', '--', '/*', '*/', ' FROM ', ' UPDATE ', '$'))
    .map((parts) => parts.join(''));
  const content = fc.tuple(inside, inside).map(([before, after]) => `${before} FROM ${SECRET} ${after}`);
  const standard = content.chain((text) =>
    fc.constantFrom(
      `'${text}'`,
      `E'\\'${text}'`,
      `$a$${text}$a$`,
      `N'${text}'`,
      `'${SECRET}'`,
      `7${SECRET}`,
      `:${SECRET}`,
      `@${SECRET}`,
    ),
  );
  const mysql = content.chain((text) =>
    fc.constantFrom(
      `'${text}\\''`,
      `"${text.replaceAll('"', '""')}\\""`,
      `_utf8'${text}'`,
      `"${SECRET}"`,
      `'${SECRET}'`,
      `7${SECRET}`,
      `@${SECRET}`,
    ),
  );
  const comment = fc.constantFrom(`/* FROM ${SECRET} */`, `-- FROM ${SECRET}\n`, ' ');
  const shape = fc.constantFrom<(a: string, b: string) => string>(
    (a, b) => `SELECT ${a} FROM t WHERE b = ${b}`,
    (a, b) => `SELECT * FROM ${a}, ${b}, u`,
    (a, b) => `INSERT INTO t VALUES (${a}, ${b}) ON CONFLICT DO NOTHING`,
    (a, b) => `UPDATE t SET a = ${a}, b = ${b} WHERE c IN (SELECT ${a} FROM u)`,
    (a, b) => `DELETE FROM t WHERE f(${a} FROM ${b}) AND g IS DISTINCT FROM ${a}`,
    (a, b) => `CALL p(${a}, ${b}); SET x = ${a}; NOTIFY y, ${b}`,
    (a, b) => `WITH w AS (VALUES (${a}, ${b})) SELECT * FROM w JOIN ${a} ON ${b}`,
    (a, b) => `COPY ${a} FROM ${b}; ${a}; LOCK TABLE ${b}`,
    (a, b) => `${a} ${b}`,
  );

  test.each<[SqlDialect, fc.Arbitrary<string>]>([
    ['standard', standard],
    ['mysql', mysql],
  ])('%s', (dialect, literal) => {
    fc.assert(
      fc.property(shape, literal, literal, comment, fc.nat(200), (write, a, b, between, cut) => {
        const sql = write(`${between}${a}`, `${b}${between}`);
        for (const text of [sql, sql.slice(0, sql.length - cut)]) {
          const { summary, operation } = summarizeSql(text, dialect);
          expect(summary + operation).not.toContain(SECRET);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
