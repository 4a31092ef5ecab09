import { setTimeout as busyFor } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MongoClient } from 'mongodb';
import type { MongoClientOptions } from 'mongodb';
import mongoose from 'mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mongodbPool } from '../src/mongodb.ts';
import { newObserver, poolErrors, poolFigures } from './pool-figures.ts';
import { callers, recordedTimings } from './recorded-timings.ts';
import { startMongodb } from './stand-ins/mongodb.ts';
import type { MongodbStandIn } from './stand-ins/mongodb.ts';

// Long enough for what happens meanwhile on a busy machine too.
const HOLD_MS = 200;

// Callers who come so long after each other are told apart by the time that they waited.
const APART_MS = 40;

describe('a MongoClient', () => {
  let server: MongodbStandIn;
  const clients: MongoClient[] = [];

  beforeAll(async () => {
    server = await startMongodb();
  });

  afterEach(async () => {
    server.delayMs = 0;
    await Promise.all(clients.splice(0).map(async (client) => client.close()));
  });

  afterAll(async () => {
    await server?.stop();
  });

  function newClient(options: MongoClientOptions, url = server.url): MongoClient {
    const client = new MongoClient(url, options);
    clients.push(client);
    return client;
  }

  function registered(options: MongoClientOptions, url?: string) {
    const client = newClient(options, url);
    const observer = newObserver();
    observer.pool(client, { name: 'catalogue', timings: true });
    return { client, told: () => poolFigures(observer, 'catalogue') };
  }

  async function ping(client: MongoClient): Promise<unknown> {
    return client.db().command({ ping: 1 });
  }

  it('shows saturation, and rest after it', async () => {
    const { client, told } = registered({ maxPoolSize: 2, minPoolSize: 1 });
    expect(told()).toMatchObject({ used: 0, idle: 0, pending: 0, limit: 2, idleMin: 1, waits: undefined });
    await Promise.all([ping(client), ping(client), ping(client)]);
    await expect.poll(told).toMatchObject({ used: 0, idle: 2, pending: 0, limit: 2, idleMin: 1 });
    const before = told();
    expect(before).toMatchObject({ waits: 3, uses: 3, creations: 2, timeouts: 0 });

    server.delayMs = HOLD_MS;
    const pings = Array.from({ length: 4 }, async () => ping(client));
    await expect.poll(told, { interval: 5 }).toMatchObject({ used: 2, idle: 0, pending: 2, limit: 2 });
    await Promise.all(pings);
    await expect.poll(told).toMatchObject({ used: 0, idle: 2, pending: 0, limit: 2 });
    const after = told();
    expect(after).toMatchObject({ waits: 7, uses: 7, creations: 2, timeouts: 0 });
    expect(after.pendingMax).toBeGreaterThanOrEqual(2);
    const waited = after.waitSeconds! - before.waitSeconds!;
    // Two waited for one command, and each of four took that long.
    expect(waited).toBeGreaterThan((2 * (HOLD_MS - 2)) / 1000);
    expect(waited).toBeLessThan(2);
    const used = after.useSeconds! - before.useSeconds!;
    expect(used).toBeGreaterThan((4 * (HOLD_MS - 2)) / 1000);
    expect(used).toBeLessThan(4);
    expect(after.createSeconds).toBeGreaterThan(0);
    expect(after.createSeconds).toBeLessThan(2);
  });

  it('ends the wait of the one who waited', async () => {
    const client = newClient({ maxPoolSize: 1 });
    mongodbPool.attach!(client);
    const { timings, ended } = recordedTimings();
    mongodbPool.time!(client, timings);
    await ping(client);
    server.delayMs = HOLD_MS;
    const pings = [callers.run('first', async () => ping(client))];
    await busyFor(HOLD_MS / 4);
    pings.push(callers.run('second', async () => ping(client)));
    await busyFor(HOLD_MS / 4);
    pings.push(callers.run('third', async () => ping(client)));
    await Promise.all(pings);
    expect(ended).toEqual(['nobody ok', 'first ok', 'second ok', 'third ok']);
  });

  it('tells those who gave up', async () => {
    const { client, told } = registered({ maxPoolSize: 1, waitQueueTimeoutMS: HOLD_MS / 2 });
    await ping(client);
    server.delayMs = 2 * HOLD_MS;
    const held = ping(client);
    await expect.poll(told, { interval: 5 }).toMatchObject({ used: 1 });
    await expect(ping(client)).rejects.toThrow('Timed out while checking out a connection');
    expect(told()).toMatchObject({ used: 1, pending: 0, timeouts: 1, waits: 2 });
    await held;
  });

  it('forgets those whose signal aborted their wait, of which the driver tells nothing', async () => {
    const { client, told } = registered({ maxPoolSize: 1 });
    await ping(client);
    server.delayMs = HOLD_MS;
    const held = ping(client);
    await expect.poll(told, { interval: 5 }).toMatchObject({ used: 1 });
    const aborting = new AbortController();
    const found = client.db().collection('orders').find({}, { signal: aborting.signal }).toArray();
    await expect.poll(told, { interval: 5 }).toMatchObject({ pending: 1 });
    aborting.abort();
    await expect(found).rejects.toThrow('abort');
    await held;
    await expect.poll(told).toMatchObject({ used: 0, idle: 1, pending: 0, waits: 2 });
  });

  it('forgets them also while it never comes to rest', async () => {
    const { client, told } = registered({ maxPoolSize: 1 });
    await ping(client);
    server.delayMs = HOLD_MS;
    const held = ping(client);
    await expect.poll(told, { interval: 5 }).toMatchObject({ used: 1 });
    const aborting = new AbortController();
    const find = async () => client.db().collection('orders').find({}, { signal: aborting.signal }).toArray();
    const found = Promise.allSettled([find(), find(), find()]);
    await expect.poll(told, { interval: 5 }).toMatchObject({ pending: 3 });
    await busyFor(APART_MS);
    const waiting = [ping(client), ping(client)];
    await expect.poll(told, { interval: 5 }).toMatchObject({ pending: 5 });
    aborting.abort();
    await Promise.all([found, held]);
    // The first of the two is being served.
    await expect.poll(told, { interval: 5 }).toMatchObject({ used: 1, pending: 1, waits: 3 });
    await Promise.all(waiting);
  });

  it('lets nobody wait on whose wait was aborted before it was closed', async () => {
    const client = newClient({ maxPoolSize: 1 });
    mongodbPool.attach!(client);
    const { timings, ended } = recordedTimings();
    mongodbPool.time!(client, timings);
    await ping(client);
    server.delayMs = HOLD_MS;
    const held = Promise.allSettled([ping(client)]);
    await expect.poll(() => mongodbPool.read(client)?.used, { interval: 5 }).toBe(1);
    const aborting = new AbortController();
    const found = callers.run('aborted', async () =>
      client.db().collection('orders').find({}, { signal: aborting.signal }).toArray(),
    );
    await expect.poll(() => mongodbPool.read(client)?.pending, { interval: 5 }).toBe(1);
    aborting.abort();
    await expect(found).rejects.toThrow('abort');
    await busyFor(APART_MS);
    await client.close();
    await held;
    expect(ended).toContain('aborted error');
  });

  it('shows a stopped server as errors, and no waits that were none', async () => {
    const own = await startMongodb();
    const { client, told } = registered({ maxPoolSize: 2, serverSelectionTimeoutMS: 100 }, own.url);
    await ping(client);
    own.delayMs = 10_000;
    const held = Promise.allSettled([ping(client), ping(client), ping(client)]);
    await expect.poll(told).toMatchObject({ used: 2, pending: 1 });
    await own.stop();
    expect((await held).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    // Until the driver has seen that the server is gone, it lends out broken connections.
    await expect.poll(async () => ping(client).catch(String)).toContain('ECONNREFUSED');
    const { waits } = told();
    await expect(ping(client)).rejects.toThrow('ECONNREFUSED');
    expect(told()).toMatchObject({ used: 0, idle: 0, pending: 0, limit: 2, waits, timeouts: 0 });
  });

  it('that connected before is told from then on as it is', async () => {
    const client = newClient({ maxPoolSize: 3 });
    await Promise.all([ping(client), ping(client)]);
    server.delayMs = HOLD_MS;
    const held = ping(client);
    await busyFor(HOLD_MS / 4);
    const observer = newObserver();
    observer.pool(client, { name: 'catalogue', timings: true });
    const told = () => poolFigures(observer, 'catalogue');
    const { used, idle } = told();
    expect(used).toBe(1);
    expect(idle).toBeGreaterThanOrEqual(1);
    await held;
    // When a use that is over began is not known.
    await expect.poll(told).toMatchObject({ used: 0, idle: 1 + idle!, pending: 0, uses: undefined });
  });

  it('whose connections of before cannot be known gives no figures', () => {
    // A driver whose private parts are not what they are.
    const other = {
      options: { maxPoolSize: 1, minPoolSize: 0 },
      topology: { s: {} },
      db() {},
      startSession() {},
      watch() {},
      on() {},
    };
    const observer = newObserver();
    observer.pool(other, { name: 'catalogue' });
    expect(poolFigures(observer, 'catalogue')).toMatchObject({ used: undefined, idle: undefined, limit: undefined });
    expect(poolErrors(observer, 'catalogue')).toBeGreaterThan(0);
  });

  it('holds nothing after it was closed, and comes back', async () => {
    const { client, told } = registered({ maxPoolSize: 2 });
    await ping(client);
    await client.close();
    expect(told()).toMatchObject({ used: 0, idle: 0, pending: 0, limit: 2 });
    await client.connect();
    await ping(client);
    await expect.poll(told).toMatchObject({ used: 0, idle: 1 });
  });

  it('ends its series when it is dropped', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const observer = newObserver();
    (() => observer.pool(new MongoClient(server.url), { name: 'dropped', timings: true }))();
    expect(poolFigures(observer, 'dropped').limit).toBe(100);
    await expect
      .poll(() => {
        collectGarbage();
        return poolFigures(observer, 'dropped').limit;
      })
      .toBeUndefined();
  });

  it('is found in a connection of mongoose', async () => {
    const connection = await mongoose.createConnection(server.url, { maxPoolSize: 4 }).asPromise();
    const observer = newObserver();
    observer.pool(connection, { name: 'catalogue' });
    await connection.model('Order', new mongoose.Schema({ total: Number })).create({ total: 1 });
    await expect.poll(() => poolFigures(observer, 'catalogue')).toMatchObject({ used: 0, idle: 1, limit: 4 });
    await connection.close();
  });

  it('is recognised, and a database or a pool is not', () => {
    const client = newClient({});
    expect(mongodbPool.matches(client)).toBe(true);
    expect(mongodbPool.matches(client.db())).toBe(false);
    expect(() => newObserver().pool(client.db(), { name: 'catalogue' })).toThrow('mongodb');
  });
});
