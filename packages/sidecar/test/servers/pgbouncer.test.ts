import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '@outrider/core/whole-catalogue';
import { startPgBouncer, startPostgres } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Collector } from '../../src/collectors/collector.ts';
import { Secret } from '../../src/config/secret.ts';
import type { WatchedServer } from '../../src/config/watched-server.ts';
import { pgbouncer } from '../../src/servers/pgbouncer.ts';
import { postgresql } from '../../src/servers/postgresql.ts';
import { watchServers } from '../../src/servers/watch.ts';
import { createAuthority } from '../http/certificates.ts';
import { at, context, failure, look, Rounds, until, values } from './postgresql-look.ts';

const SHOP = 'db.namespace=shop';
const POOL = `${SHOP},user.name=shop_app`;
let postgres: TestServer;
let scramSecret: string;
const closing: Array<() => unknown> = [];

beforeAll(async () => {
  postgres = await startPostgres();
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query('CREATE DATABASE shop');
  await admin.query("CREATE ROLE shop_app LOGIN; CREATE ROLE outrider LOGIN PASSWORD 'watching'");
  const { rows } = await admin.query<{ secret: string }>(
    "SELECT rolpassword AS secret FROM pg_authid WHERE rolname = 'outrider'",
  );
  scramSecret = rows[0]!.secret;
  await admin.end();
});

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

afterAll(async () => {
  await postgres?.stop();
});

// As the documentation has it.
async function start(settings: Readonly<Record<string, string | number>> = {}, port?: number): Promise<TestServer> {
  const pooler = await startPgBouncer({
    databases: {
      shop: `host=127.0.0.1 port=${postgres.port} dbname=shop pool_size=1 max_db_connections=7`,
      unlimited: `host=127.0.0.1 port=${postgres.port} dbname=shop`,
    },
    users: `"outrider" "${scramSecret}"\n"shop_app" "shopping"\n"postgres" "ruling"\n`,
    settings: { auth_type: 'scram-sha-256', stats_users: 'outrider', pool_mode: 'transaction', ...settings },
    ...(port === undefined ? {} : { port }),
  });
  closing.push(() => pooler.stop());
  return pooler;
}

function of(pooler: TestServer, options: Partial<WatchedServer> & { secret?: string } = {}): WatchedServer {
  return { ...at(pooler.port, { secret: 'watching', ...options }), system: 'pgbouncer' };
}

function watch(pooler: TestServer, options: Partial<WatchedServer> & { secret?: string } = {}): Collector {
  const collector = pgbouncer(of(pooler, options), context);
  closing.push(() => collector.close?.());
  return collector;
}

async function client(pooler: TestServer, user: string, password: string, database: string): Promise<pg.Client> {
  const made = new pg.Client({ host: '127.0.0.1', port: pooler.port, user, password, database });
  made.on('error', () => undefined);
  await made.connect();
  closing.push(() => made.end());
  return made;
}

async function connectionsOf(admin: pg.Client, user: string): Promise<number> {
  const { rows } = await admin.query<{ user: string }>('SHOW CLIENTS');
  return rows.filter((row) => row.user === user).length;
}

test('before anybody uses it, what is not known says why', async () => {
  const { absent } = await look(watch(await start()));
  expect(absent).toEqual({
    'pgbouncer.pool.clients': 'there is no pool yet',
    'pgbouncer.pool.servers': 'there is no pool yet',
    'pgbouncer.pool.longest_wait': 'there is no pool yet',
    'pgbouncer.transactions': 'no database has been used yet',
    'pgbouncer.queries': 'no database has been used yet',
    'pgbouncer.network.io': 'no database has been used yet',
    'pgbouncer.transaction.time': 'no database has been used yet',
    'pgbouncer.query.time': 'no database has been used yet',
    'pgbouncer.wait.time': 'no database has been used yet',
  });
});

test('every metric is there, and counts exactly what the application did', async () => {
  const pooler = await start({ max_client_conn: 42 });
  const collector = watch(pooler);
  const shop = await client(pooler, 'shop_app', 'shopping', 'shop');
  await shop.query('SELECT 1');
  const before = values(await look(collector));
  for (let i = 0; i < 3; i++) {
    await shop.query('BEGIN');
    await shop.query('SELECT pg_sleep(0.05)');
    await shop.query('COMMIT');
  }
  const { metrics, absent } = await look(collector);
  expect(absent).toEqual({});
  const known = [...catalogue.keys()].filter((name) => name.startsWith('pgbouncer.') && name !== 'pgbouncer.up');
  expect(metrics.map(({ name }) => name).toSorted()).toEqual(known.toSorted());
  for (const { name, points } of metrics) {
    const attributes = new Set(points.flatMap((point) => point.attributes.map(([key]) => key)));
    expect([...attributes].toSorted(), name).toEqual(catalogue.get(name)!.attributes.toSorted());
  }

  const after = values({ metrics });
  const grown = (name: string): number => after[`pgbouncer.${name}`]! - before[`pgbouncer.${name}`]!;
  expect(grown(`transactions{${SHOP}}`)).toBe(3);
  expect(grown(`queries{${SHOP}}`)).toBe(9);
  expect(grown(`transaction.time{${SHOP}}`)).toBeGreaterThan(0.15);
  expect(grown(`transaction.time{${SHOP}}`)).toBeLessThan(2);
  expect(grown(`query.time{${SHOP}}`)).toBeGreaterThan(0.15);
  expect(grown(`network.io{${SHOP},network.io.direction=receive}`)).toBeGreaterThan(50);
  expect(grown(`network.io{${SHOP},network.io.direction=transmit}`)).toBeGreaterThan(50);
  expect(after).toMatchObject({
    'pgbouncer.clients.limit': 42,
    [`pgbouncer.database.connections{${SHOP}}`]: 1,
    [`pgbouncer.database.connections.limit{${SHOP}}`]: 7,
    [`pgbouncer.database.pool_size{${SHOP}}`]: 1,
    [`pgbouncer.pool.servers{${SHOP},state=active,user.name=shop_app}`]: 0,
    [`pgbouncer.pool.longest_wait{${POOL}}`]: 0,
  });
  expect(after).toHaveProperty(['pgbouncer.database.connections{db.namespace=unlimited}'], 0);
  expect(after).not.toHaveProperty(['pgbouncer.database.connections.limit{db.namespace=unlimited}']);
  // The console is not a database of the application's.
  expect(Object.keys(after).filter((name) => name.includes('=pgbouncer'))).toEqual([]);
});

test('who waits for a connection is seen', async () => {
  const pooler = await start();
  const [holder, waiter] = [
    await client(pooler, 'shop_app', 'shopping', 'shop'),
    await client(pooler, 'shop_app', 'shopping', 'shop'),
  ];
  await holder.query('BEGIN');
  const waiting = waiter.query('SELECT 1');
  const collector = watch(pooler);
  const clients = (state: string): string => `pgbouncer.pool.clients{${SHOP},state=${state},user.name=shop_app}`;
  await until(async () => values(await look(collector))[clients('waiting')] === 1);
  await until(async () => values(await look(collector))[`pgbouncer.pool.longest_wait{${POOL}}`]! > 0);
  expect(values(await look(collector))).toMatchObject({
    [clients('active')]: 1,
    [clients('waiting')]: 1,
    [clients('cancelling')]: 0,
    [`pgbouncer.pool.servers{${SHOP},state=active,user.name=shop_app}`]: 1,
  });
  await holder.query('COMMIT');
  await waiting;
  expect(values(await look(collector))[`pgbouncer.wait.time{${SHOP}}`]).toBeGreaterThan(0);
});

test('the user of the documentation may look, and nothing else', async () => {
  const console = await client(await start(), 'outrider', 'watching', 'pgbouncer');
  for (const command of ['RELOAD', 'PAUSE', 'KILL shop', 'SHUTDOWN', "SET max_client_conn = '1'"]) {
    await expect(console.query(command), command).rejects.toThrow('admin access needed');
  }
});

test('MD5 is answered, and TLS spoken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-certificates-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const authority = createAuthority(folder);
  const issued = authority.issue('localhost', 'DNS:localhost');
  // In a folder of the user that it runs as.
  const [cert, key] = [join(postgres.folder, 'pooler.crt'), join(postgres.folder, 'pooler.key')];
  writeFileSync(cert, issued.cert);
  writeFileSync(key, issued.key);
  const pooler = await startPgBouncer({
    users: '"outrider" "watching"\n',
    settings: {
      auth_type: 'md5',
      stats_users: 'outrider',
      client_tls_sslmode: 'require',
      client_tls_cert_file: cert,
      client_tls_key_file: key,
    },
  });
  closing.push(() => pooler.stop());
  expect(await failure(watch(pooler))).toMatch(/SSL required/);
  const tls = { caFile: authority.certFile, serverName: 'localhost', verify: true };
  expect(values(await look(watch(pooler, { tls })))['pgbouncer.clients.limit']).toBe(100);
  expect(await failure(watch(pooler, { tls: { ...tls, serverName: 'elsewhere' } }))).toMatch(/not in the cert/);
});

test.each([
  ['a wrong password', { secret: 'hunter2' }, /password authentication failed|SASL authentication failed/],
  ['a user that is not in stats_users', { user: 'shop_app', secret: 'shopping' }, /not allowed/],
  ['a user that is not there', { user: 'stranger', secret: 'hunter2' }, /authentication failed|no such user/],
])('%s is said without a secret', async (_, options, message) => {
  const told = await failure(watch(await start(), options));
  expect(told).toMatch(message);
  expect(told).not.toMatch(/hunter2|shopping/);
});

test('it says so if it is taken for a PostgreSQL', async () => {
  const collector = postgresql({ ...of(await start()), system: 'postgresql' }, context);
  closing.push(() => collector.close?.());
  expect(await failure(collector)).toMatch(/unsupported startup parameter/);
});

test('one connection, over a wrong password, a hang and a restart', async () => {
  const first = await start();
  const { port } = first;
  const file = join(postgres.folder, 'password-of-outrider');
  writeFileSync(file, 'wrong');
  const rounds = new Rounds();
  const runner = watchServers([of(first, { password: Secret.inFile(file), timeoutMs: 300 })], context, {
    context: rounds.context,
    intervalMs: 100,
  });
  closing.push(() => runner.close());
  const up = (): number | undefined => values(runner.snapshot())['pgbouncer.up'];
  await runner.start();
  expect(up()).toBe(0);
  writeFileSync(file, 'watching');
  await until(() => up() === 1);
  const admin = await client(first, 'postgres', 'ruling', 'pgbouncer');
  expect(await connectionsOf(admin, 'outrider')).toBe(1);

  process.kill(first.pid, 'SIGSTOP');
  await until(() => up() === 0);
  expect(Object.keys(values(runner.snapshot())).filter((name) => name.startsWith('pgbouncer.clients'))).toEqual([]);
  await rounds.pass(8);
  process.kill(first.pid, 'SIGCONT');
  await until(() => up() === 1);
  expect(await connectionsOf(admin, 'outrider')).toBe(1);

  await first.stop();
  await until(() => up() === 0);
  const second = await start({}, port);
  await until(() => up() === 1);
  expect(await connectionsOf(await client(second, 'postgres', 'ruling', 'pgbouncer'), 'outrider')).toBe(1);
});
