import { TTLCache } from '@isaacs/ttlcache';
import { LRUCache } from 'lru-cache';
import { describe, expect, it } from 'vitest';
import { observedCache, observeCache } from '../src/observe-cache.ts';
import { ttlCache } from '../src/ttl-cache.ts';
import { newObserver } from './cache-figures.ts';

describe('@isaacs/ttlcache', () => {
  it('is recognised; a Map and an LRUCache are not', () => {
    expect(ttlCache.matches(new TTLCache())).toBe(true);
    expect(ttlCache.matches(new Map())).toBe(false);
    expect(ttlCache.matches(new LRUCache({ max: 1 }))).toBe(false);
  });

  it('tells entries, and their limit where there is one', () => {
    const [bounded, unbounded] = [new TTLCache({ max: 5, ttl: 60_000 }), new TTLCache({ ttl: 60_000 })];
    bounded.set('a', 1);
    expect(ttlCache.read(bounded)).toEqual({ entries: 1, maxEntries: 5 });
    expect(ttlCache.read(unbounded)).toEqual({ entries: 0, maxEntries: undefined });
  });

  it('is counted by observeCache, which takes no entry that it finds to be too old for a delete', async () => {
    const cache = new TTLCache<string, number>({ max: 5, ttl: 5, checkAgeOnGet: true });
    observeCache(cache, { name: 'c', observer: newObserver() });
    cache.set('a', 1);
    cache.set('b', 2, { ttl: 60_000 });
    while (cache.getRemainingTTL('a') > 0) await new Promise(setImmediate);
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, 2]);
    cache.delete('b');
    expect(observedCache.read(cache)).toEqual({
      hits: 1,
      misses: 1,
      sets: 2,
      deletes: 1,
      errors: 0,
      entries: 0,
      maxEntries: 5,
    });
  });
});
