import { setImmediate as turn, setTimeout as busyFor } from 'node:timers/promises';
import { startRedis } from '@outrider/test-servers';
import { createClient, createClientPool, createCluster, createSentinel } from 'redis';
import type { RedisClientOptions, RedisPoolOptions } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { redisPool, redisPoolSelf } from '../src/redis-pool.ts';
import { newObserver, poolFigures } from './pool-figures.ts';
import { callers, recordedTimings } from './recorded-timings.ts';
import { rejectionsDuring } from './unhandled-rejections.ts';

type Server = Awaited<ReturnType<typeof startRedis>>;

const HOLD_MS = 30;

let server: Server;
const closing: Array<() => void> = [];

async function opened(options: Partial<RedisPoolOptions>, client: Partial<RedisClientOptions> = {}) {
  const pool = createClientPool({ url: server.url, ...client } as RedisClientOptions, options);
  pool.on('error', () => {});
  closing.push(() => {
    pool.destroy();
  });
  await pool.connect();
  const observer = newObserver();
  observer.pool(pool, { name: 'sessions', limit: options.maximum, timings: true });
  return { pool, told: () => poolFigures(observer, 'sessions') };
}

/** Holds a client of the pool until it is let go. */
function hold(pool: Awaited<ReturnType<typeof opened>>['pool']) {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { let: () => resolve('held'), done: pool.execute(async () => promise) };
}

beforeAll(async () => {
  server = await startRedis();
});

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

afterAll(async () => {
  await server?.stop();
});

describe('a pool of node-redis', () => {
  it('shows saturation, and rest after it', async () => {
    const { pool, told } = await opened({ minimum: 1, maximum: 2 });
    expect(told()).toMatchObject({ used: 0, idle: 1, pending: 0, limit: 2 });

    const held = [hold(pool), hold(pool)];
    await vi.waitFor(() => expect(told()).toMatchObject({ used: 2, pending: 0, waits: 2 }), 10_000);
    const before = told();
    const waiting = [pool.ping(), pool.withTypeMapping({}).get('a'), pool.multi().ping().exec()];
    expect(told()).toMatchObject({ used: 2, idle: 0, pending: 3, limit: 2 });
    await busyFor(HOLD_MS);

    for (const { let: letGo } of held) letGo();
    expect(await Promise.all(held.map(async ({ done }) => done))).toEqual(['held', 'held']);
    expect(await Promise.all(waiting)).toEqual(['PONG', null, ['PONG']]);
    await vi.waitFor(() => expect(told()).toMatchObject({ used: 0, idle: 2, pending: 0, limit: 2 }), 10_000);

    const after = told();
    expect(after).toMatchObject({ waits: 5, uses: 5, timeouts: 0, pendingMax: 3 });
    const waited = after.waitSeconds! - before.waitSeconds!;
    // Three waited that long, two others used a client that long; timers are early by a millisecond at most.
    expect(waited).toBeGreaterThan((3 * (HOLD_MS - 2)) / 1000);
    expect(waited).toBeLessThan(2);
    expect(after.useSeconds).toBeGreaterThan((2 * (HOLD_MS - 2)) / 1000);
    expect(after.useSeconds).toBeLessThan(2);
    // The library tells how long it took to connect a client, and not of which pool it is.
    expect(after.creations).toBeUndefined();
  });

  it('tells those who gave up, and lets what a task throws through', async () => {
    const { pool, told } = await opened({ minimum: 1, maximum: 1, acquireTimeout: 20 });
    const held = hold(pool);
    await expect(pool.ping()).rejects.toThrow('Timeout waiting for a client');
    held.let();
    await held.done;
    const thrown = new Error('thrown');
    await expect(
      pool.execute(() => {
        throw thrown;
      }),
    ).rejects.toBe(thrown);
    await expect(pool.execute(async () => Promise.reject(thrown))).rejects.toBe(thrown);

    expect(told()).toMatchObject({ timeouts: 1, waits: 3, uses: 3, pending: 0 });
  });

  it('ends the wait of the one who waited', async () => {
    const pool = createClientPool({ url: server.url }, { minimum: 1, maximum: 1 });
    closing.push(() => pool.destroy());
    await pool.connect();
    const { timings, ended } = recordedTimings();
    // Of the objects that stand for a pool the reader is given the pool itself.
    redisPool.time!(redisPoolSelf(pool)!, timings);
    await Promise.all(['first', 'second'].map(async (caller) => callers.run(caller, async () => pool.ping())));
    expect(ended).toEqual(['first ok', 'second ok']);
  });

  it('runs the task of one who waited as part of its request, and not of the one before', async () => {
    const pool = createClientPool({ url: server.url }, { minimum: 1, maximum: 1 });
    closing.push(() => pool.destroy());
    await pool.connect();
    const observer = newObserver();
    observer.pool(pool, { name: 'sessions', timings: true });
    const { attribution } = observer;
    const served = async (name: string, run: () => Promise<unknown>) => {
      await turn();
      const time = attribution.enter(performance.now(), []);
      const begun = vi.spyOn(time, 'begin');
      await run();
      time.close();
      return [name, begun.mock.calls.map(([kind]) => kind)];
    };
    const query = async () => {
      const wait = attribution.begin('query');
      await busyFor(1);
      wait?.end();
    };
    const answers = await Promise.all(
      ['first', 'second'].map(async (name) => served(name, async () => pool.execute(query))),
    );
    expect(answers).toEqual([
      ['first', ['pool', 'query']],
      ['second', ['pool', 'query']],
    ]);
  });

  it('leaves an error that nobody handles unhandled, and one that somebody does handled', async () => {
    const { pool } = await opened({ minimum: 1, maximum: 1 });
    pool.destroy();
    expect(await rejectionsDuring(() => void pool.ping())).toHaveLength(1);
    expect(await rejectionsDuring(() => void pool.ping().catch(() => {}))).toHaveLength(0);
  });

  it('is the same pool by whichever of its objects', async () => {
    const { pool } = await opened({ minimum: 2, maximum: 2 });
    const observer = newObserver();
    observer.pool(pool.withTypeMapping({}), { name: 'mapped' });
    // Its limit is private.
    expect(poolFigures(observer, 'mapped')).toMatchObject({ used: 0, idle: 2, limit: undefined, waits: undefined });
  });

  it('shows a stopped server as errors, and no waits that were none', async () => {
    const own = await startRedis();
    const client = { url: own.url, socket: { reconnectStrategy: false as const } };
    const { pool, told } = await opened({ minimum: 0, maximum: 2 }, client);
    expect(await pool.ping()).toBe('PONG');
    await vi.waitFor(() => expect(told()).toMatchObject({ used: 0, idle: 1, waits: 1 }), 10_000);
    const fresh = await opened({ minimum: 0, maximum: 2 }, client);
    await own.stop();

    await expect(pool.ping()).rejects.toThrow('closed');
    // The pool takes a broken client for an idle one and lends it out.
    expect(told()).toMatchObject({ used: 0, idle: 1, pending: 0, waits: 2, uses: 2, timeouts: 0 });
    await expect(fresh.pool.ping()).rejects.toThrow('ECONNREFUSED');
    expect(fresh.told()).toMatchObject({
      used: 0,
      idle: 0,
      pending: 0,
      waits: undefined,
      uses: undefined,
      timeouts: 0,
      errors: 1,
    });
  });

  it('is not a client, cluster or sentinel: they tell no figures of their connections', () => {
    const observer = newObserver();
    const socket = { host: '127.0.0.1', port: 1 };
    const others = [
      createClient({ socket }),
      createCluster({ rootNodes: [{ socket }] }),
      createSentinel({ name: 'main', sentinelRootNodes: [socket] }),
    ];
    for (const other of others) {
      expect(() => observer.pool(other, { name: 'sessions' })).toThrow('redis (createClientPool)');
    }
  });
});
