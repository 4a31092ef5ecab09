import { channel } from 'node:diagnostics_channel';
import { LRUCache } from 'lru-cache';
import { describe, expect, it } from 'vitest';
import { lruCache } from '../src/lru-cache.ts';

const NOTHING = { hits: 0, misses: 0, sets: 0, deletes: 0, errors: 0 };

function attached<K extends {}, V extends {}>(options: LRUCache.Options<K, V, unknown>): LRUCache<K, V> {
  const cache = new LRUCache<K, V>(options);
  lruCache.attach?.(cache);
  return cache;
}

describe('lru-cache', () => {
  it('listens to fetches only where a registered cache fetches', () => {
    const fetches = channel('tracing:lru-cache:start');
    attached<string, number>({ max: 5 });
    expect(fetches.hasSubscribers).toBe(false);
    attached<string, number>({ max: 5, fetchMethod: async () => 1 });
    expect(fetches.hasSubscribers).toBe(true);
  });

  it('is recognised; a Map is not', () => {
    expect(lruCache.matches(new LRUCache({ max: 1 }))).toBe(true);
    expect(lruCache.matches(new Map())).toBe(false);
  });

  it('gives entries alone until it is attached', () => {
    const cache = new LRUCache<string, number>({ max: 5 });
    cache.set('a', 1);
    expect(lruCache.read(cache)).toEqual({ entries: 1, maxEntries: 5 });
  });

  it('counts reads, writes and deletes', () => {
    const cache = attached<string, number>({ max: 5 });
    expect(lruCache.read(cache)).toEqual({ entries: 0, maxEntries: 5, ...NOTHING });
    cache.set('a', 1).set('b', 2).set('b', 3);
    cache.get('a');
    cache.get('a');
    cache.get('absent');
    cache.delete('b');
    expect(lruCache.read(cache)).toEqual({
      entries: 1,
      maxEntries: 5,
      ...NOTHING,
      hits: 2,
      misses: 1,
      sets: 3,
      deletes: 1,
    });
  });

  it('keeps two caches apart, and counts one that is attached twice once', () => {
    const [one, other] = [attached<string, number>({ max: 5 }), attached<string, number>({ max: 5 })];
    lruCache.attach?.(one);
    one.set('a', 1);
    expect(lruCache.read(one)).toMatchObject({ sets: 1 });
    expect(lruCache.read(other)).toMatchObject({ sets: 0 });
  });

  it('does not count has() and peek(), which read on behalf of nobody', () => {
    const cache = attached<string, number>({ max: 5 });
    cache.set('a', 1);
    cache.has('a');
    cache.peek('a');
    expect(lruCache.read(cache)).toMatchObject({ ...NOTHING, sets: 1 });
  });

  it('counts set(key, undefined) as the delete that it is', () => {
    const cache = attached<string, number>({ max: 5 });
    cache.set('a', 1);
    cache.set('a', undefined);
    expect(lruCache.read(cache)).toMatchObject({ ...NOTHING, sets: 1, deletes: 1 });
  });

  it('does not count a value that was too large to be stored', () => {
    const cache = attached<string, string>({ maxSize: 3, sizeCalculation: (value) => value.length });
    cache.set('a', 'four');
    expect(lruCache.read(cache)).toEqual({ entries: 0, maxEntries: undefined, ...NOTHING });
  });

  it('counts an expired entry as a miss, not as a delete, and as a hit where stale values are allowed', () => {
    let now = 1;
    const perf = { now: () => now };
    const cache = attached<string, number>({ max: 5, ttl: 10, ttlResolution: 0, perf });
    const stale = attached<string, number>({ max: 5, ttl: 10, ttlResolution: 0, perf, allowStale: true });
    cache.set('a', 1);
    stale.set('a', 1);
    now = 100;
    expect([cache.get('a'), stale.get('a')]).toEqual([undefined, 1]);
    expect(lruCache.read(cache)).toMatchObject({ ...NOTHING, misses: 1, sets: 1 });
    expect(lruCache.read(stale)).toMatchObject({ ...NOTHING, hits: 1, sets: 1 });
  });

  it('counts memo() as a read, and as a write where it computed', () => {
    const cache = attached<string, number>({ max: 5, memoMethod: (key) => key.length });
    cache.memo('a');
    cache.memo('a');
    expect(lruCache.read(cache)).toMatchObject({ ...NOTHING, hits: 1, misses: 1, sets: 1 });
  });

  it('counts fetch() as a read, and as a write where it stored', async () => {
    const cache = attached<string, number>({
      max: 5,
      fetchMethod: async (key) => {
        if (key === 'failing') throw new Error('no such key');
        return key.length;
      },
    });
    await cache.fetch('a');
    await cache.fetch('a');
    await Promise.all([cache.fetch('b'), cache.fetch('b')]);
    await expect(cache.fetch('failing')).rejects.toThrow('no such key');
    expect(lruCache.read(cache)).toMatchObject({ ...NOTHING, hits: 1, misses: 4, sets: 2 });
  });

  it('counts fetch() without a fetchMethod as get(), beside a cache that has one', async () => {
    attached<string, number>({ max: 5, fetchMethod: async () => 1 });
    const cache = attached<string, number>({ max: 5 });
    cache.set('a', 1);
    await cache.fetch('a');
    await cache.fetch('absent');
    expect(lruCache.read(cache)).toMatchObject({ ...NOTHING, hits: 1, misses: 1, sets: 1 });
  });

  it('gives entries alone for a version that does not publish', () => {
    // The shape that 7 to 11.3 have in common with later versions; they are not installed here.
    const map = new Map<string, number>([['a', 1]]);
    const older = {
      size: 1,
      max: 5,
      calculatedSize: 0,
      get: (key: string) => map.get(key),
      set: (key: string, value: number) => map.set(key, value),
      has: (key: string) => map.has(key),
      delete: (key: string) => map.delete(key),
      dump: () => [...map],
      load: () => {},
      purgeStale: () => false,
    };
    expect(lruCache.matches(older)).toBe(true);
    lruCache.attach?.(older);
    older.get('a');
    expect(lruCache.read(older)).toEqual({ entries: 1, maxEntries: 5 });
  });
});
