import { createRequire } from 'node:module';
import { startRedis } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { Keyv as Keyv6 } from 'keyv';
import { LRUCache } from 'lru-cache';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keyv } from '../src/keyv.ts';

// Keyv 5 is what cache-manager and cacheable bring along.
const require = createRequire(import.meta.url);
const { Keyv: Keyv5 } = createRequire(require.resolve('cache-manager'))('keyv') as { readonly Keyv: typeof Keyv6 };

const NOTHING = { hits: 0, misses: 0, sets: 0, deletes: 0, errors: 0, entries: 0, maxEntries: undefined };

let server: TestServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

// A store that fails when Redis does, as an adapter of one's own would.
async function redisStore() {
  const client = createClient({ url: server.url, disableOfflineQueue: true, socket: { reconnectStrategy: false } });
  client.on('error', () => {});
  await client.connect();
  const store = {
    get: async (key: string) => (await client.get(key)) ?? undefined,
    set: async (key: string, value: string) => (await client.set(key, value)) === 'OK',
    delete: async (key: string) => (await client.del(key)) > 0,
    clear: async () => void (await client.flushDb()),
  };
  return { client, store };
}

describe.each([
  ['5', Keyv5],
  ['6', Keyv6],
])('keyv %s', (_, Keyv) => {
  function attached(...options: ConstructorParameters<typeof Keyv6>): Keyv6 {
    const cache = new Keyv(...options);
    keyv.attach?.(cache);
    return cache;
  }

  it('is recognised; a Map and an LRUCache are not', () => {
    expect(keyv.matches(new Keyv())).toBe(true);
    expect(keyv.matches(new Map())).toBe(false);
    expect(keyv.matches(new LRUCache({ max: 1 }))).toBe(false);
  });

  it('gives entries alone until it is attached', () => {
    expect(keyv.read(new Keyv())).toEqual({ entries: 0, maxEntries: undefined });
  });

  it.each([true, false])('counts reads, writes and deletes, of one key or several (stats: %s)', async (stats) => {
    const cache = attached({ stats });
    expect(keyv.read(cache)).toEqual(NOTHING);
    await cache.set('a', 1);
    await cache.set('a', 2);
    await cache.setMany([
      { key: 'b', value: 1 },
      { key: 'c', value: 2 },
      { key: 'd', value: 3 },
    ]);
    await cache.get('a');
    await cache.get('absent');
    await cache.getRaw('a');
    await cache.getRaw('absent');
    await cache.getMany(['a', 'b', 'absent']);
    await cache.getManyRaw(['c', 'absent', 'absent too']);
    await cache.has('a');
    await cache.delete('a');
    await cache.delete('absent');
    await cache.deleteMany(['b', 'c']);
    expect(keyv.read(cache)).toEqual({ ...NOTHING, hits: 5, misses: 5, sets: 5, deletes: 3, entries: 1 });
  });

  it('keeps two apart, and counts one that is attached twice once', async () => {
    const [one, other] = [attached(), attached()];
    keyv.attach?.(one);
    await one.set('a', 1);
    await one.setMany([{ key: 'b', value: 1 }]);
    expect(keyv.read(one)).toMatchObject({ sets: 2 });
    expect(keyv.read(other)).toMatchObject({ sets: 0 });
  });

  it('counts a read of what has expired as a miss', async () => {
    const cache = attached();
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      await cache.set('a', 1, 10);
      vi.setSystemTime(Date.now() + 1000);
      await cache.get('a');
    } finally {
      vi.useRealTimers();
    }
    // Keyv 6 leaves it to the adapter of a Map.
    const deletes = Keyv === Keyv6 ? 0 : 1;
    expect(keyv.read(cache)).toMatchObject({ hits: 0, misses: 1, sets: 1, deletes, entries: 0 });
  });

  it('tells the entries of a store that is limited, and their limit', async () => {
    const cache = attached({ store: new LRUCache({ max: 2 }) });
    for (const key of ['a', 'b', 'c']) await cache.set(key, 1);
    expect(keyv.read(cache)).toMatchObject({ sets: 3, entries: 2, maxEntries: 2 });
  });

  it('counts what failed with a stopped store, as errors and not as what it was to be', async () => {
    const { client, store } = await redisStore();
    const cache = attached({ store });
    cache.on('error', () => {});
    await cache.set('a', 1);
    await cache.get('a');
    const before = keyv.read(cache)!;
    expect(before).toMatchObject({ hits: 1, misses: 0, sets: 1 });
    expect(before.entries).toBeUndefined();
    client.destroy();
    await cache.get('a');
    await cache.set('a', 2);
    await cache.delete('a');
    const after = keyv.read(cache)!;
    expect(after).toMatchObject({ hits: 1, sets: 1, deletes: 0 });
    // Keyv 5 tells of a failed read as it does of a miss, so that before there is an error there may have been some.
    if (Keyv === Keyv6) {
      expect(before.errors).toBe(0);
      expect(after).toMatchObject({ misses: 0, errors: 3 });
    } else {
      expect(before.errors).toBeUndefined();
      expect(after).toMatchObject({ misses: 1, errors: 2 });
    }
  });
});

describe('keyv 5 with a store that takes batches', () => {
  it('counts them', async () => {
    const map = new Map<string, unknown>();
    const store = {
      get: async (key: string) => map.get(key),
      getMany: async (keys: string[]) => keys.map((key) => map.get(key)),
      set: async (key: string, value: unknown) => void map.set(key, value),
      setMany: async (entries: { key: string; value: unknown }[]) => {
        if (entries.length > 2) throw new Error('too many');
        for (const { key, value } of entries) map.set(key, value);
      },
      delete: async (key: string) => map.delete(key),
      deleteMany: async (keys: string[]) => keys.every((key) => map.delete(key)),
      clear: async () => map.clear(),
    };
    const cache = new Keyv5({ store });
    keyv.attach?.(cache);
    const entries = ['a', 'b', 'c'].map((key) => ({ key, value: 1 }));
    await cache.setMany(entries.slice(0, 2));
    expect(await cache.setMany(entries)).toEqual([false, false, false]);
    expect(await cache.getMany(['a', 'b', 'c'])).toEqual([1, 1, undefined]);
    expect(await cache.deleteMany(['a', 'b'])).toBe(true);
    expect(keyv.read(cache)).toMatchObject({ hits: 2, misses: 1, sets: 2, deletes: 2, errors: 1 });
    expect(Object.keys(cache)).not.toContain('setMany');
  });
});
