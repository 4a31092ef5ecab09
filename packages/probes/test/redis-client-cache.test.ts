import { startRedis } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { redisClientCache } from '../src/redis-client-cache.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

interface CacheOptions {
  readonly maxEntries?: number;
  readonly recordStats?: boolean;
}

// The client reconnects at once, so that a test need not wait for it.
async function connected(clientSideCache: CacheOptions) {
  const client = createClient({ url: server.url, RESP: 3, clientSideCache, socket: { reconnectStrategy: 1 } });
  client.on('error', () => {});
  await client.connect();
  return client;
}

describe('redis client-side cache', () => {
  it('is recognised; a client and a Map are not', async () => {
    const client = await connected({});
    expect(redisClientCache.matches(client.clientSideCache!)).toBe(true);
    expect(redisClientCache.matches(client)).toBe(false);
    expect(redisClientCache.matches(new Map())).toBe(false);
    client.destroy();
  });

  it('tells hits, misses, evictions, entries, their limit and failed loads', async () => {
    const client = await connected({ maxEntries: 2 });
    const cache = client.clientSideCache!;
    redisClientCache.attach?.(cache);
    await client.lPush('list', 'x');
    for (const key of ['a', 'a', 'a', 'b', 'c']) await client.get(key);
    await expect(client.get('list')).rejects.toThrow('WRONGTYPE');
    // The failed load took a place as well, for as long as it went on.
    expect(redisClientCache.read(cache)).toEqual({
      hits: 2,
      misses: 4,
      errors: 1,
      evictions: 2,
      entries: 1,
      maxEntries: 2,
    });
    client.destroy();
  });

  it('never goes back when the connection is lost, which clears it', async () => {
    const client = await connected({});
    const cache = client.clientSideCache!;
    redisClientCache.attach?.(cache);
    const read = async (): Promise<void> => {
      await client.get('a');
      await client.get('a');
    };
    await read();
    const id = await client.clientId();
    const other = createClient({ url: server.url });
    await other.connect();
    await other.sendCommand(['CLIENT', 'KILL', 'ID', String(id)]);
    await vi.waitFor(() => expect(cache.size()).toBe(0), 10_000);
    redisClientCache.attach?.(cache);
    expect(redisClientCache.read(cache)).toEqual({
      hits: 1,
      misses: 1,
      errors: 0,
      evictions: 0,
      entries: 0,
      maxEntries: undefined,
    });
    await read();
    expect(redisClientCache.read(cache)).toMatchObject({ hits: 2, misses: 2, entries: 1 });
    client.destroy();
    other.destroy();
  });

  it('tells its entries alone where it does not count', async () => {
    const client = await connected({ recordStats: false });
    const cache = client.clientSideCache!;
    redisClientCache.attach?.(cache);
    await client.get('a');
    expect(redisClientCache.read(cache)).toEqual({ entries: 1, maxEntries: undefined });
    client.destroy();
  });
});
