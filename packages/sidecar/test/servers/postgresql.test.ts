import { catalogue } from '@outrider/core/whole-catalogue';
import { startPostgres } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Collector } from '../../src/collectors/collector.ts';
import type { WatchedServer } from '../../src/config/watched-server.ts';
import { postgresql } from '../../src/servers/postgresql.ts';
import { at, context, failure, look, until, values } from './postgresql-look.ts';

const GRANTED = 'needs the role pg_read_all_stats';
let server: TestServer;
let admin: pg.Client;
const closing: Array<() => unknown> = [];

beforeAll(async () => {
  server = await startPostgres({ settings: { autovacuum: 'off' } });
  admin = await client();
  await admin.query('CREATE DATABASE shop');
  const shop = await client('shop');
  await shop.query('CREATE TABLE orders (id serial PRIMARY KEY, note text)');
  await shop.end();
  // The role of the documentation, and one without the grant.
  await admin.query("CREATE ROLE outrider LOGIN PASSWORD 'x' CONNECTION LIMIT 2");
  await admin.query('GRANT pg_read_all_stats TO outrider');
  await admin.query('CREATE ROLE bare LOGIN');
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

afterAll(async () => {
  await admin?.end();
  await server?.stop();
});

async function client(database = 'postgres', user = 'postgres'): Promise<pg.Client> {
  const made = new pg.Client({ host: '127.0.0.1', port: server.port, user, database });
  // One that a test leaves open ends with the server.
  made.on('error', () => undefined);
  await made.connect();
  return made;
}

async function application(): Promise<pg.Client> {
  const made = await client('shop');
  closing.push(() => made.end());
  return made;
}

function watch(options: Partial<WatchedServer> = {}): Collector {
  const collector = postgresql(at(server.port, options), context);
  closing.push(() => collector.close?.());
  return collector;
}

test('every metric is there with the documented grant, but for those of replicas, which say why', async () => {
  const { metrics, absent } = await look(watch());
  const told = [...metrics.map(({ name }) => name), ...Object.keys(absent!)].toSorted();
  const known = [...catalogue.keys()].filter((name) => name.startsWith('postgresql.') && name !== 'postgresql.up');
  expect(told).toEqual(known.toSorted());
  expect(absent).toEqual({
    'postgresql.replication.data_delay': 'no replica is connected',
    'postgresql.wal.delay': 'no replica is connected',
  });
  for (const { name, points } of metrics) {
    const attributes = new Set(points.flatMap((point) => point.attributes.map(([key]) => key)));
    expect([...attributes].toSorted(), name).toEqual(catalogue.get(name)!.attributes.toSorted());
  }
});

test('counts exactly what the application did', async () => {
  const shop = await application();
  const collector = watch();
  await shop.query('SELECT pg_stat_force_next_flush()');
  const before = values(await look(collector));

  for (let i = 0; i < 2; i++) {
    await shop.query("BEGIN; INSERT INTO orders (note) VALUES ('lost'); ROLLBACK");
  }
  for (let i = 0; i < 5; i++) {
    await shop.query("BEGIN; INSERT INTO orders (note) VALUES ('a'), ('b')");
    if (i === 4) await shop.query('UPDATE orders SET note = note; DELETE FROM orders WHERE id % 2 = 1');
    if (i === 4) await shop.query('SELECT pg_stat_force_next_flush()');
    await shop.query('COMMIT');
  }
  const { rows } = await shop.query<{ left: string }>('SELECT count(*) AS left FROM orders');

  const after = values(await look(collector));
  const grown = (name: string): number =>
    after[`postgresql.${name}{db.namespace=shop}`]! - before[`postgresql.${name}{db.namespace=shop}`]!;
  expect(grown('commits')).toBe(5);
  expect(grown('rollbacks')).toBe(2);
  // Those of rolled back transactions were inserted as well.
  expect(grown('tup_inserted')).toBe(12);
  expect(grown('tup_updated')).toBe(10);
  expect(grown('tup_deleted')).toBe(10 - Number(rows[0]!.left));
  expect(after['postgresql.backends{db.namespace=shop}']).toBe(1);
  expect(after['postgresql.connection.max']).toBe(50);
  expect(after['postgresql.database.count']).toBe(2);
});

test('files that a query makes, a deadlock, and checkpoints are counted', async () => {
  const [one, two] = [await application(), await application()];
  const collector = watch();
  const before = values(await look(collector));
  await one.query(
    "SET work_mem = '64kB'; SELECT count(*) FROM (SELECT i FROM generate_series(1, 50000) i ORDER BY -i) s",
  );
  await one.query("INSERT INTO orders (id, note) VALUES (1001, 'x'), (1002, 'y')");
  await one.query("BEGIN; SET LOCAL deadlock_timeout = '10ms'; UPDATE orders SET note = '1' WHERE id = 1001");
  await two.query("BEGIN; SET LOCAL deadlock_timeout = '10ms'; UPDATE orders SET note = '2' WHERE id = 1002");
  const ends = await Promise.allSettled([
    one.query('UPDATE orders SET note = NULL WHERE id = 1002').finally(() => one.query('ROLLBACK')),
    two.query('UPDATE orders SET note = NULL WHERE id = 1001').finally(() => two.query('ROLLBACK')),
  ]);
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  await admin.query('CHECKPOINT');
  await one.query('SELECT pg_stat_force_next_flush()');
  await two.query('SELECT pg_stat_force_next_flush()');

  const after = values(await look(collector));
  const grown = (name: string): number => after[`postgresql.${name}`]! - before[`postgresql.${name}`]!;
  expect(grown('deadlocks{db.namespace=shop}')).toBe(1);
  expect(grown('temp_files{db.namespace=shop}')).toBeGreaterThan(0);
  expect(grown('temp.io{db.namespace=shop}')).toBeGreaterThan(10_000);
  expect(grown('bgwriter.checkpoint.count{type=requested}')).toBe(1);
  expect(grown('bgwriter.buffers.writes{source=checkpoints}')).toBeGreaterThan(0);
});

test('who idles in a transaction, or waits for a lock, is seen', async () => {
  const [holder, waiter, broken] = [await application(), await application(), await application()];
  await holder.query('BEGIN; LOCK TABLE orders');
  await broken.query('BEGIN; SELECT 1 / 0').catch(() => undefined);
  const blocked = waiter.query('SELECT * FROM orders');
  const collector = watch();
  const shop = async (): Promise<Record<string, number>> => values(await look(collector));
  await until(async () => (await shop())['postgresql.activity.waiting{db.namespace=shop}'] === 1);

  const found = await shop();
  expect(found).toMatchObject({
    'postgresql.activity{db.namespace=shop,state=active}': 1,
    'postgresql.activity{db.namespace=shop,state=idle_in_transaction}': 1,
    'postgresql.activity{db.namespace=shop,state=idle_in_transaction_aborted}': 1,
    'postgresql.activity{db.namespace=shop,state=other}': 0,
  });
  const age = found['postgresql.activity.longest_transaction{db.namespace=shop}']!;
  expect(age).toBeGreaterThan(0);
  expect(age).toBeLessThan(10);
  await holder.query('ROLLBACK');
  await blocked;
  await broken.query('ROLLBACK');
  expect(await shop()).toMatchObject({
    'postgresql.activity{db.namespace=shop,state=idle}': 3,
    'postgresql.activity.waiting{db.namespace=shop}': 0,
    'postgresql.activity.longest_transaction{db.namespace=shop}': 0,
  });
});

test('sizes are those of the server', async () => {
  const shop = await application();
  const { rows } = await shop.query<{ size: string }>("SELECT pg_database_size('shop') AS size");
  expect(values(await look(watch()))['postgresql.db_size{db.namespace=shop}']).toBe(Number(rows[0]!.size));
});

test('the role of the documentation reads no table, and changes nothing', async () => {
  const asOutrider = await client('shop', 'outrider');
  closing.push(() => asOutrider.end());
  await expect(asOutrider.query('SELECT * FROM orders')).rejects.toThrow('permission denied for table orders');
  await expect(asOutrider.query('DELETE FROM orders')).rejects.toThrow('permission denied for table orders');
  await expect(asOutrider.query('CREATE TABLE mine (id int)')).rejects.toThrow('permission denied for schema public');
  await expect(asOutrider.query("SELECT pg_read_file('/etc/hostname')")).rejects.toThrow('permission denied');
});

test('without the grant, sessions and replicas are absent, and the rest is there', async () => {
  await admin.query('REVOKE CONNECT ON DATABASE shop FROM PUBLIC');
  closing.push(() => admin.query('GRANT CONNECT ON DATABASE shop TO PUBLIC'));
  const found = await look(watch({ user: 'bare' }));
  expect(found.absent).toEqual({
    'postgresql.activity': GRANTED,
    'postgresql.activity.waiting': GRANTED,
    'postgresql.activity.longest_transaction': GRANTED,
    'postgresql.replication.data_delay': GRANTED,
    'postgresql.wal.delay': GRANTED,
    'postgresql.db_size': '1 of them need CONNECT or the role pg_read_all_stats',
  });
  const told = values(found);
  expect(told['postgresql.commits{db.namespace=shop}']).toBeGreaterThan(0);
  expect(told['postgresql.db_size{db.namespace=postgres}']).toBeGreaterThan(0);
  expect(told).not.toHaveProperty('postgresql.db_size{db.namespace=shop}');
});

test('keeps one connection, which says who it is and can do little', async () => {
  const collector = watch();
  const idle = async (): Promise<unknown> =>
    values(await look(collector))['postgresql.activity{db.namespace=postgres,state=idle}'];
  // Those of the tests before go when the server has noticed.
  await expect.poll(idle).toBe(1);
  for (let i = 0; i < 5; i++) {
    // It does not see itself look.
    expect(values(await look(collector))).toMatchObject({
      'postgresql.activity{db.namespace=postgres,state=active}': 0,
      'postgresql.activity{db.namespace=postgres,state=idle}': 1,
      'postgresql.activity.longest_transaction{db.namespace=postgres}': 0,
    });
  }
  const { rows } = await admin.query("SELECT pid, query FROM pg_stat_activity WHERE application_name = 'outrider'");
  expect(rows).toHaveLength(1);
  // Nothing that tells what others ask.
  expect(rows[0]).toMatchObject({ query: expect.not.stringMatching(/\bquery\b/) as string });
});

test('does not wait for a lock, nor make anybody wait', async () => {
  const locking = await application();
  const collector = watch({ timeoutMs: 600 });
  await look(collector);
  await locking.query('BEGIN; LOCK TABLE pg_catalog.pg_database');
  const began = performance.now();
  expect(await failure(collector)).toBe('canceling statement due to lock timeout (SQLSTATE 55P03)');
  expect(performance.now() - began).toBeLessThan(3_000);
  await locking.query('COMMIT');
  expect(values(await look(collector))['postgresql.database.count']).toBe(2);
  const { rows } = await admin.query("SELECT FROM pg_stat_activity WHERE application_name = 'outrider'");
  expect(rows).toHaveLength(1);
});

test('sees how far a standby is behind, and looks at the standby', async () => {
  const standby = await startPostgres({ standbyOf: server });
  closing.push(() => standby.stop());
  const collector = watch();
  const delay = 'postgresql.replication.data_delay{replication_client=127.0.0.1}';
  await until(async () => delay in values(await look(collector)));
  const shop = await application();
  const lag = 'postgresql.wal.delay{operation=replay,replication_client=127.0.0.1}';
  await until(async () => {
    await shop.query("INSERT INTO orders (note) VALUES ('to be replicated')");
    return lag in values(await look(collector));
  });
  const found = values(await look(collector));
  expect(found[delay]).toBeGreaterThanOrEqual(0);
  expect(found[lag]).toBeGreaterThan(0);
  expect(found[lag]).toBeLessThan(10);

  const ofStandby = postgresql(at(standby.port), context);
  closing.push(() => ofStandby.close?.());
  expect(values(await look(ofStandby))['postgresql.database.count']).toBe(2);
}, 20_000);
