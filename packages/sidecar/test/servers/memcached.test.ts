import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '@outrider/core/whole-catalogue';
import { startMemcached } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import type { WatchedServer } from '../../src/config/watched-server.ts';
import { memcached } from '../../src/servers/memcached.ts';
import { converse } from './converse.ts';
import { BUSY_MS, countingContext, INTERVAL_MS, local, ownValues, watching } from './watching.ts';

const ALL = [...catalogue.keys()].filter((name) => name.startsWith('memcached.') && name !== 'memcached.up');

let server: TestServer;

beforeAll(async () => {
  server = await startMemcached({ args: ['-m', '32', '-c', '100', '-t', '2'] });
});

afterAll(() => server.stop());

/** What one look at a server finds. */
async function look(
  watched: WatchedServer,
): Promise<{ values: Record<string, number>; absent: Record<string, string> }> {
  const collector = memcached(watched, countingContext());
  onTestFinished(() => collector.close?.());
  const collection = await collector.collect(AbortSignal.timeout(5000));
  return { values: ownValues(collection), absent: { ...collection.absent } };
}

/** The connections that memcached counts, but for the one that asks. */
async function clients(port = server.port): Promise<number> {
  const list = await converse(port, 'stats conns', 'quit');
  return (
    (list.match(/^STAT \d+:addr tcp:127\.0\.0\.1:\d+\r\n(?!STAT \d+:state conn_listening)/gm) ?? []).filter(
      (line) => !line.includes(`:${port}\r`),
    ).length - 1
  );
}

test('the figures are exact, and those of the catalogue', async () => {
  const sets = Array.from({ length: 10 }, (_, key) => `set key${key} 0 0 1\r\n${key}`);
  const gets = Array.from({ length: 7 }, (_, key) => `get key${key}`);
  await converse(server.port, ...sets, ...gets, 'get no1', 'get no2', 'get no3', 'quit');
  await converse(server.port, 'incr key1 1', 'incr no 1', 'decr key1 1', 'decr key2 1', 'decr no 1', 'quit');
  await converse(server.port, 'touch key1 0', 'touch key2 0', 'quit');
  const { values, absent } = await look(local('memcached', server.port));
  expect(absent).toEqual({});
  const names = new Set(Object.keys(values).map((name) => name.replace(/\{.*/, '')));
  expect([...names].toSorted()).toEqual(ALL.toSorted());
  expect(values).toMatchObject({
    'memcached.commands{command=get}': 10,
    'memcached.commands{command=set}': 10,
    'memcached.commands{command=touch}': 2,
    'memcached.commands{command=flush}': 0,
    'memcached.operations{operation=get,type=hit}': 7,
    'memcached.operations{operation=get,type=miss}': 3,
    'memcached.operations{operation=increment,type=hit}': 1,
    'memcached.operations{operation=increment,type=miss}': 1,
    'memcached.operations{operation=decrement,type=hit}': 2,
    'memcached.operations{operation=decrement,type=miss}': 1,
    'memcached.current_items': 10,
    'memcached.evictions': 0,
    'memcached.threads': 2,
    'memcached.limit': 32 * 1024 * 1024,
    'memcached.connections.limit': 100,
  });
  expect(values['memcached.bytes']).toBeGreaterThan(500);
  expect(values['memcached.network{direction=received}']).toBeGreaterThan(300);
});

describe('authentication', () => {
  test('with the right password, none, and a wrong one', async () => {
    const guarded = await startMemcached({ credentials: 'outrider:s3cret' });
    onTestFinished(() => guarded.stop());
    const to = local('memcached', guarded.port);
    const right = await look({ ...to, user: 'outrider', password: Secret.of('s3cret') });
    expect(right.values['memcached.current_items']).toBe(0);
    await expect(look(to)).rejects.toThrow('memcached demands a user and a password, and none is configured');
    const wrong = look({ ...to, user: 'outrider', password: Secret.of('wrong-one') });
    await expect(wrong).rejects.toThrow(/^memcached refuses the user or the password$/);
  });

  test('a password that was wrong works in the look after it was put right', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outrider-secret-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'password');
    writeFileSync(file, 'not-it');
    const guarded = await startMemcached({ credentials: 'outrider:s3cret' });
    onTestFinished(() => guarded.stop());
    const watched = watching(local('memcached', guarded.port, { user: 'outrider', password: Secret.inFile(file) }));
    await expect.poll(() => watched.up).toBe(0);
    expect(watched.errors).toEqual(['memcached refuses the user or the password']);
    writeFileSync(file, 's3cret');
    await expect.poll(() => watched.up, { timeout: INTERVAL_MS + BUSY_MS }).toBe(1);
  });

  test('a server that demands none is not told any, which it would store', async () => {
    await look(local('memcached', server.port, { user: 'outrider', password: Secret.of('s3cret') }));
    expect(await converse(server.port, 'get outrider', 'quit')).toBe('END\r\n');
  });
});

test('as many connections as it allows', async () => {
  const full = await startMemcached({ args: ['-c', '100'] });
  onTestFinished(() => full.stop());
  const others = Array.from({ length: 120 }, () =>
    connect(full.port, '127.0.0.1')
      .on('error', () => undefined)
      .resume(),
  );
  onTestFinished(() => {
    for (const other of others) other.destroy();
  });
  const excluded = (): number => others.filter(({ readableEnded }) => readableEnded).length;
  await expect.poll(excluded).toBeGreaterThan(0);
  await expect(look(local('memcached', full.port))).rejects.toThrow('memcached has as many connections as it allows');
});

test('down and up again: told at once, nothing stale, one connection', async () => {
  const first = await startMemcached();
  const { port } = first;
  const watched = watching(local('memcached', port));
  await expect.poll(() => watched.up).toBe(1);
  expect(await clients(port)).toBe(1);
  await first.stop();
  await expect.poll(() => watched.up).toBe(0);
  expect(Object.keys(watched.values()).filter((name) => name.startsWith('memcached.'))).toEqual(['memcached.up']);
  const second = await startMemcached({ port });
  onTestFinished(() => second.stop());
  await expect.poll(() => watched.up, { timeout: INTERVAL_MS + BUSY_MS }).toBe(1);
  expect(await clients(port)).toBe(1);
});

test('hung for many intervals: told within the deadline, and the same connection goes on', async () => {
  const watched = watching(local('memcached', server.port));
  await expect.poll(() => watched.up).toBe(1);
  process.kill(server.pid, 'SIGSTOP');
  const stopped = performance.now();
  await expect.poll(() => watched.up, { timeout: 400 + INTERVAL_MS + BUSY_MS }).toBe(0);
  expect(Object.keys(watched.values()).filter((name) => name.startsWith('memcached.'))).toEqual(['memcached.up']);
  await vi.waitFor(() => expect(performance.now() - stopped).toBeGreaterThan(10 * INTERVAL_MS), { timeout: 10_000 });
  process.kill(server.pid, 'SIGCONT');
  await expect.poll(() => watched.up, { timeout: INTERVAL_MS + BUSY_MS }).toBe(1);
  expect(await clients()).toBe(1);
  expect(watched.errors).toEqual(['timed out after 400 ms']);
});
