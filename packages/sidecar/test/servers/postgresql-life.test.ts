import { startPostgres } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Runner } from '../../src/collectors/runner.ts';
import { watchServers } from '../../src/servers/watch.ts';
import { BUSY_MS } from './watching.ts';
import { at, context, Rounds, until, values } from './postgresql-look.ts';

const INTERVAL_MS = 100;
const TIMEOUT_MS = 300;
const UP = 'postgresql.up';
const FIGURE = 'postgresql.commits{db.namespace=postgres}';
let server: TestServer;
let admin: pg.Client;
let runner: Runner | undefined;
let rounds: Rounds;

beforeEach(async () => {
  rounds = new Rounds();
  server = await startPostgres();
  admin = await client();
});

afterEach(async () => {
  runner?.close();
  await admin.end();
  await server.stop();
});

async function client(): Promise<pg.Client> {
  const made = new pg.Client({ connectionString: server.url });
  made.on('error', () => undefined);
  await made.connect();
  return made;
}

async function watch(): Promise<void> {
  const watched = at(server.port, { user: 'postgres', timeoutMs: TIMEOUT_MS });
  runner = watchServers([watched], context, { context: rounds.context, intervalMs: INTERVAL_MS });
  await runner.start();
}

function now(): Record<string, number> {
  return values(runner!.snapshot());
}

async function ours(): Promise<number[]> {
  const { rows } = await admin.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'outrider'",
  );
  return rows.map(({ pid }) => pid);
}

test('a backend that hangs is waited for on the same connection, and nothing is told meanwhile', async () => {
  await watch();
  expect(now()).toMatchObject({ [UP]: 1, [FIGURE]: expect.any(Number) as number });
  const [pid] = await ours();
  process.kill(pid!, 'SIGSTOP');
  try {
    await until(() => now()[UP] === 0);
    expect(now()).not.toHaveProperty([FIGURE]);
    // Each of them could have opened another connection.
    await rounds.pass(8);
    expect(await ours()).toEqual([pid]);
  } finally {
    process.kill(pid!, 'SIGCONT');
  }
  await until(() => now()[UP] === 1);
  expect(now()).toHaveProperty([FIGURE]);
  expect(await ours()).toEqual([pid]);
});

test('a server that hangs before it lets us in is asked once', async () => {
  await watch();
  const [pid] = await ours();
  // The system goes on accepting connections in its place.
  process.kill(server.pid, 'SIGSTOP');
  try {
    await admin.query('SELECT pg_terminate_backend($1)', [pid]);
    await until(() => now()[UP] === 0);
    await rounds.pass(8);
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
  await until(() => now()[UP] === 1);
  const after = await ours();
  expect(after).toHaveLength(1);
  expect(after).not.toContain(pid);
});

test('a server that is gone is told of, and its figures are there again when it is back', async () => {
  await watch();
  const { port } = server;
  await admin.end();
  await server.stop();
  await until(() => now()[UP] === 0);
  expect(now()).not.toHaveProperty([FIGURE]);
  const { absent } = runner!.snapshot();
  expect(absent['postgresql.commits']).toMatch(/ECONNREFUSED/);
  server = await startPostgres({ port });
  admin = await client();
  const began = performance.now();
  await until(() => now()[UP] === 1);
  expect(performance.now() - began).toBeLessThan(INTERVAL_MS + TIMEOUT_MS + BUSY_MS);
  expect(now()).toHaveProperty([FIGURE]);
  expect(await ours()).toHaveLength(1);
});

test('a crash of the server costs the connection and no more', async () => {
  await watch();
  const victim = await client();
  const { rows } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  // All others are ended, and the data recovered.
  process.kill(rows[0]!.pid, 'SIGKILL');
  await until(async () => {
    await admin.end().catch(() => undefined);
    admin = new pg.Client({ connectionString: server.url });
    admin.on('error', () => undefined);
    return admin.connect().then(
      () => true,
      () => false,
    );
  });
  await until(() => now()[UP] === 1);
  await until(async () => (await ours()).length === 1);
  await victim.end().catch(() => undefined);
});
