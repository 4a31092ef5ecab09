import { startMemcached, startRedis } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { Client } from 'memjs';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observeCache } from '../src/observe-cache.ts';
import { figuresOf, newObserver } from './cache-figures.ts';

const SECRETS = ['s3cret-key', 's3cret-value', 's3cret-error'];

let memcached: TestServer;
let redis: TestServer;
beforeAll(async () => {
  [memcached, redis] = await Promise.all([startMemcached(), startRedis()]);
});
afterAll(() => Promise.all([memcached.stop(), redis.stop()]));

describe('observeCache with memcached', () => {
  it('counts what is promised and what is called back, and a stopped server as errors', async () => {
    const observer = newObserver();
    const logger = { log: () => {} };
    const client = Client.create(memcached.url, { retries: 1, logger });
    observeCache(client, { name: 'memcached', tier: 'L2', observer });

    expect(await client.set('s3cret-key', 's3cret-value', {})).toBe(true);
    expect((await client.get('s3cret-key')).value?.toString()).toBe('s3cret-value');
    expect(await client.get('absent')).toEqual({ value: null, flags: null });
    const back = Promise.withResolvers<unknown>();
    client.get('s3cret-key', (error, value) => back.resolve([error, value?.toString()]));
    expect(await back.promise).toEqual([null, 's3cret-value']);
    const none = Promise.withResolvers<unknown>();
    client.get('absent', (error, value) => none.resolve([error, value]));
    expect(await none.promise).toEqual([null, null]);
    expect(await client.delete('s3cret-key')).toBe(true);
    const counted = {
      'memcached L2 get hit': 2,
      'memcached L2 get miss': 2,
      'memcached L2 set ok': 1,
      'memcached L2 delete ok': 1,
    };
    expect(figuresOf(observer)['cache.operations']).toEqual({ ...counted, 'memcached L2 error': 0 });

    await memcached.stop();
    await expect(client.get('s3cret-key')).rejects.toBeInstanceOf(Error);
    const failed = Promise.withResolvers<unknown>();
    client.set('s3cret-key', 's3cret-value', {}, (error) => failed.resolve(error));
    expect(await failed.promise).toBeInstanceOf(Error);
    const figures = figuresOf(observer);
    expect(figures['cache.operations']).toEqual({ ...counted, 'memcached L2 error': 2 });
    expect(figures['cache.entries']).toBeUndefined();
    for (const secret of SECRETS) expect(JSON.stringify(figures)).not.toContain(secret);
    client.close();
  });
});

describe('observeCache with Redis', () => {
  it('counts commands, and a stopped server as errors', async () => {
    const observer = newObserver();
    const client = createClient({ url: redis.url, disableOfflineQueue: true, socket: { reconnectStrategy: false } });
    client.on('error', () => {});
    await observeCache(client, { name: 'redis', observer }).connect();

    expect(await client.set('s3cret-key', 's3cret-value')).toBe('OK');
    expect(await client.get('s3cret-key')).toBe('s3cret-value');
    expect(await client.get('absent')).toBeNull();
    expect(await client.del(['s3cret-key', 'absent'])).toBe(1);
    await client.lPush('s3cret-error', 's3cret-value');
    await expect(client.get('s3cret-error')).rejects.toThrow('WRONGTYPE');
    const counted = { 'redis get hit': 1, 'redis get miss': 1, 'redis set ok': 1, 'redis delete ok': 1 };
    expect(figuresOf(observer)['cache.operations']).toEqual({ ...counted, 'redis error': 1 });

    await redis.stop();
    await expect(client.get('s3cret-key')).rejects.toBeInstanceOf(Error);
    await expect(client.set('s3cret-key', 's3cret-value')).rejects.toBeInstanceOf(Error);
    await expect(client.del('s3cret-key')).rejects.toBeInstanceOf(Error);
    const figures = figuresOf(observer);
    expect(figures['cache.operations']).toEqual({ ...counted, 'redis error': 4 });
    for (const secret of SECRETS) expect(JSON.stringify(figures)).not.toContain(secret);
    client.destroy();
  });
});
