import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '@outrider/core/whole-catalogue';
import { startRedis } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import type { WatchedServer } from '../../src/config/watched-server.ts';
import { redis } from '../../src/servers/redis.ts';
import { createAuthority } from '../http/certificates.ts';
import { converse } from './converse.ts';
import { BUSY_MS, countingContext, INTERVAL_MS, local, ownValues, watching } from './watching.ts';

const ALL = [...catalogue.keys()].filter((name) => name.startsWith('redis.') && name !== 'redis.up');

// What docs tell an operator to set.
const LEAST_PRIVILEGE = 'ACL SETUSER outrider on >s3cret-p4ss -@all +info';

let server: TestServer;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(() => server.stop());

beforeEach(() => ask('FLUSHALL', 'CONFIG SET maxmemory 0', 'CONFIG RESETSTAT'));

function ask(...commands: readonly string[]): Promise<string> {
  return converse(server.port, ...commands, 'QUIT');
}

/** What one look at a server finds. */
async function look(
  watched: WatchedServer,
): Promise<{ values: Record<string, number>; absent: Record<string, string> }> {
  const collector = redis(watched, countingContext());
  onTestFinished(() => collector.close?.());
  const collection = await collector.collect(AbortSignal.timeout(5000));
  return { values: ownValues(collection), absent: { ...collection.absent } };
}

/** The connections that Redis counts, but for the one that asks. */
async function clients(port = server.port, ...before: readonly string[]): Promise<number> {
  const list = await converse(port, ...before, 'CLIENT LIST', 'QUIT');
  return (list.match(/^id=/gm)?.length ?? 0) - 1;
}

describe('the figures', () => {
  test('are exact', async () => {
    await ask(...Array.from({ length: 10 }, (_, key) => `SET key${key} value`));
    await ask(...Array.from({ length: 7 }, (_, key) => `GET key${key}`), 'GET no1', 'GET no2', 'GET no3');
    await ask('SELECT 3', 'SET here for', 'EXPIRE here 1000');
    await ask('SET soon gone PX 1');
    await expect.poll(() => ask('DBSIZE')).toContain(':10');
    const { values } = await look(local('redis', server.port));
    expect(values).toMatchObject({
      'redis.keyspace.hits': 7,
      'redis.keyspace.misses': 3,
      'redis.keys.expired': 1,
      'redis.keys.evicted': 0,
      'redis.db.keys{db=0}': 10,
      'redis.db.expires{db=0}': 0,
      'redis.db.keys{db=3}': 1,
      'redis.db.expires{db=3}': 1,
      'redis.role{role=primary}': 1,
      'redis.clients.connected': 1,
      'redis.clients.blocked': 0,
      'redis.connections.rejected': 0,
      'redis.slaves.connected': 0,
      'redis.latest_fork': 0,
    });
  });

  test('are those of the catalogue, and what is missing has a reason', async () => {
    await ask('CONFIG SET maxmemory 100mb', 'SET key value EX 1000');
    await expect.poll(() => ask('INFO keyspace')).toMatch(/avg_ttl=[1-9]/);
    const all = await look(local('redis', server.port));
    const names = new Set(Object.keys(all.values).map((name) => name.replace(/\{.*/, '')));
    expect([...names].toSorted()).toEqual(ALL.toSorted());
    expect(all.absent).toEqual({});
    expect(all.values).toMatchObject({ 'redis.maxmemory': 100 * 1024 * 1024, 'redis.db.keys{db=0}': 1 });
    expect(all.values['redis.db.avg_ttl{db=0}']).toBeGreaterThan(900_000);
    expect(Object.keys(all.values).filter((name) => name.startsWith('redis.cpu.time'))).toHaveLength(6);

    await ask('FLUSHALL', 'CONFIG SET maxmemory 0');
    const empty = await look(local('redis', server.port));
    expect(empty.absent).toEqual({
      'redis.maxmemory': 'the server has no limit maxmemory',
      'redis.db.keys': 'no database has a key',
      'redis.db.expires': 'no database has a key',
      'redis.db.avg_ttl': 'no database has a key',
    });
  });

  test('count evictions', async () => {
    await ask('CONFIG SET maxmemory 1', 'CONFIG SET maxmemory-policy allkeys-lru', 'SET key value');
    await ask('CONFIG SET maxmemory 0', 'SET one 1', 'CONFIG SET maxmemory 1', 'SET two 2');
    await ask('CONFIG SET maxmemory 0', 'CONFIG SET maxmemory-policy noeviction');
    const { values } = await look(local('redis', server.port));
    expect(values['redis.keys.evicted']).toBe(1);
  });
});

describe('the least privilege', () => {
  const credentials = { user: 'outrider', password: Secret.of('s3cret-p4ss') };

  beforeAll(() => ask(LEAST_PRIVILEGE, 'CONFIG SET requirepass admin-pass').then(() => undefined));
  afterAll(() => converse(server.port, 'AUTH admin-pass', 'CONFIG SET requirepass ""', 'ACL DELUSER outrider', 'QUIT'));
  beforeEach(() => converse(server.port, 'AUTH admin-pass', 'SET key value', 'QUIT'));

  test('is enough for every figure, over several looks', async () => {
    const collector = redis(local('redis', server.port, credentials), countingContext());
    onTestFinished(() => collector.close?.());
    for (let round = 0; round < 3; round += 1) {
      const { metrics } = await collector.collect(AbortSignal.timeout(5000));
      expect(new Set(metrics.map(({ name }) => name)).size).toBeGreaterThanOrEqual(ALL.length - 2);
    }
    const log = await converse(server.port, 'AUTH admin-pass', 'ACL LOG', 'QUIT');
    expect(log).toContain('*0');
  });

  test('is enough for nothing else', async () => {
    const login = 'AUTH outrider s3cret-p4ss';
    const others = ['GET key', 'KEYS *', 'SCAN 0', 'CONFIG GET *', 'CLIENT LIST', 'PING', 'DBSIZE', 'SELECT 1'];
    for (const command of others) {
      expect(await converse(server.port, login, command, 'QUIT')).toContain('-NOPERM');
    }
  });
});

describe('what goes wrong is told in one clear error, without a secret', () => {
  const failing = async (watched: WatchedServer): Promise<string> => {
    const error = await look(watched).then(
      () => 'nothing',
      (thrown: unknown) => String(thrown),
    );
    expect(error).not.toMatch(/wrong-one|s3cret/);
    return error;
  };
  const password = Secret.of('wrong-one');

  test('the password', async () => {
    await ask(LEAST_PRIVILEGE);
    const to = local('redis', server.port);
    expect(await failing({ ...to, user: 'outrider', password })).toContain('Redis refuses the user or the password');
    expect(await failing({ ...to, user: 'nobody', password })).toContain('Redis refuses the user or the password');
    expect(await failing({ ...to, password })).toContain('Redis has no password, but one is configured');
    await ask('CONFIG SET requirepass s3cret');
    expect(await failing(to)).toContain('Redis demands a password, and none is configured');
    expect(await failing({ ...to, password })).toContain('Redis refuses the user or the password');
    await converse(server.port, 'AUTH s3cret', 'CONFIG SET requirepass ""', 'ACL DELUSER outrider', 'QUIT');
  });

  test('the rights', async () => {
    await ask('ACL SETUSER poor on >s3cret-p4ss -@all +ping');
    const poor = { user: 'poor', password: Secret.of('s3cret-p4ss') };
    expect(await failing(local('redis', server.port, poor))).toContain('the user may not call INFO: ACL SETUSER');
    await ask('ACL DELUSER poor');
  });

  test('too many clients', async () => {
    const full = await startRedis({ args: ['--maxclients', '1'] });
    onTestFinished(() => full.stop());
    const first = redis(local('redis', full.port), countingContext());
    onTestFinished(() => first.close?.());
    await first.collect(AbortSignal.timeout(5000));
    expect(await failing(local('redis', full.port))).toContain('as many clients as its maxclients allows');
    const { metrics } = await first.collect(AbortSignal.timeout(5000));
    expect(ownValues({ metrics })['redis.connections.rejected']).toBe(1);
  });

  test('a busy server', async () => {
    await ask('CONFIG SET busy-reply-threshold 10');
    const script = converse(server.port, "EVAL 'while true do end' 0");
    await expect.poll(() => converse(server.port, 'PING', 'QUIT')).toContain('BUSY');
    expect(await failing(local('redis', server.port))).toContain('Redis is busy with a script');
    await ask('SCRIPT KILL');
    await expect.poll(() => ask('PING')).toContain('PONG');
    await ask('CLIENT KILL TYPE normal SKIPME yes', 'CONFIG SET busy-reply-threshold 5000');
    await script;
  });

  test('a command that was taken away', async () => {
    const odd = await startRedis({ args: ['--rename-command', 'AUTH', '', '--rename-command', 'INFO', ''] });
    onTestFinished(() => odd.stop());
    expect(await failing(local('redis', odd.port))).toContain("Redis refuses INFO: ERR unknown command 'INFO'");
    // It repeats the arguments of a command that it does not know.
    expect(await converse(odd.port, 'AUTH s3cret', 'QUIT')).toContain('s3cret');
    expect(await failing(local('redis', odd.port, { password }))).toBe('Refusal: Redis refuses AUTH: ERR');
  });
});

test('over TLS', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-redis-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const authority = createAuthority(folder);
  const tls = authority.issue('redis', 'IP:127.0.0.1');
  const secure = await startRedis({ tls });
  onTestFinished(() => secure.stop());
  const trusting = { caFile: authority.certFile, verify: true };
  const { values } = await look(local('redis', secure.port, { tls: trusting }));
  expect(values['redis.clients.connected']).toBe(1);
  const misnamed = { ...trusting, serverName: 'other.example' };
  await expect(look(local('redis', secure.port, { tls: misnamed }))).rejects.toThrow('altnames');
  await expect(look(local('redis', secure.port))).rejects.toThrow(/closed|ECONNRESET|not one of Redis/);
});

test('over a Unix socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-redis-unix-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'redis.sock');
  const beside = await startRedis({ args: ['--unixsocket', path] });
  onTestFinished(() => beside.stop());
  const { values } = await look({ system: 'redis', address: { path }, timeoutMs: 400 });
  expect(values['redis.clients.connected']).toBe(1);
});

describe('watched', () => {
  test('down and up again: told at once, nothing stale, one connection', async () => {
    const first = await startRedis();
    const { port } = first;
    const watched = watching(local('redis', port));
    await expect.poll(() => watched.up).toBe(1);
    expect(await clients(port)).toBe(1);
    await first.stop();
    await expect.poll(() => watched.up).toBe(0);
    expect(watched.values()[`outrider.collector.success{collector=redis/127.0.0.1:${port}}`]).toBe(0);
    expect(Object.keys(watched.values()).filter((name) => name.startsWith('redis.'))).toEqual(['redis.up']);
    const second = await startRedis({ port });
    onTestFinished(() => second.stop());
    await expect.poll(() => watched.up, { timeout: INTERVAL_MS + BUSY_MS }).toBe(1);
    expect(watched.values()['redis.keyspace.hits']).toBe(0);
    expect(await clients(port)).toBe(1);
  });

  test('hung for many intervals: told within the deadline, and the same connection goes on', async () => {
    const watched = watching(local('redis', server.port));
    await expect.poll(() => watched.up).toBe(1);
    const list = async (): Promise<string | undefined> => /^id=\d+/m.exec(await ask('CLIENT LIST'))?.[0];
    const connection = await list();
    process.kill(server.pid, 'SIGSTOP');
    const stopped = performance.now();
    await expect.poll(() => watched.up, { timeout: 400 + INTERVAL_MS + BUSY_MS }).toBe(0);
    expect(Object.keys(watched.values()).filter((name) => name.startsWith('redis.'))).toEqual(['redis.up']);
    await vi.waitFor(() => expect(performance.now() - stopped).toBeGreaterThan(10 * INTERVAL_MS), { timeout: 10_000 });
    process.kill(server.pid, 'SIGCONT');
    await expect.poll(() => watched.up, { timeout: INTERVAL_MS + BUSY_MS }).toBe(1);
    expect(await clients()).toBe(1);
    expect(await list()).toBe(connection);
    expect(watched.errors).toEqual(['timed out after 400 ms']);
  });

  test('a wrong password, then the right one, then another', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outrider-secret-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'password');
    writeFileSync(file, 'not-it\n');
    await ask('ACL SETUSER watcher on >first-pass -@all +info');
    const watched = watching(local('redis', server.port, { user: 'watcher', password: Secret.inFile(file) }));
    await expect.poll(() => watched.up).toBe(0);
    expect(watched.errors).toEqual(['Redis refuses the user or the password']);
    writeFileSync(file, 'first-pass\n');
    await expect.poll(() => watched.up, { timeout: INTERVAL_MS + BUSY_MS }).toBe(1);
    // Exchanged while it runs: what is connected stays so, and who connects anew shows the new one.
    await ask('ACL SETUSER watcher resetpass >second-pass');
    writeFileSync(file, 'second-pass\n');
    await ask('CLIENT KILL USER watcher');
    await expect.poll(() => clients()).toBe(1);
    await expect.poll(() => watched.up).toBe(1);
    expect(watched.errors.filter((error) => error.includes('password'))).toHaveLength(1);
    await ask('ACL DELUSER watcher');
  });
});
