import { Cacheable, CacheableMemory, Keyv } from 'cacheable';
import { describe, expect, it } from 'vitest';
import { cacheable, cacheableMemory } from '../src/cacheable.ts';
import { figuresOf, newObserver } from './cache-figures.ts';

describe('cacheable', () => {
  it('is recognised; its parts and a Map are not', () => {
    expect(cacheable.matches(new Cacheable())).toBe(true);
    for (const other of [new CacheableMemory(), new Keyv(), new Map()]) expect(cacheable.matches(other)).toBe(false);
  });

  it('is read by its store', async () => {
    const observer = newObserver();
    const cache = new Cacheable();
    observer.cache(cache, { name: 'products' });
    await cache.set('a', 1);
    await cache.set('a', 2);
    await cache.setMany([
      { key: 'b', value: 2 },
      { key: 'c', value: 3 },
    ]);
    await cache.get('a');
    await cache.get('absent');
    await cache.getMany(['b', 'c', 'absent']);
    await cache.getOrSet('d', async () => 4);
    await cache.getOrSet('d', async () => 4);
    await cache.delete('a');
    await cache.deleteMany(['b', 'c']);
    const figures = figuresOf(observer);
    // What its store in memory cannot tell of errors is not there.
    expect(figures['cache.operations']).toEqual({
      'products get hit': 4,
      'products get miss': 3,
      'products set ok': 5,
      'products delete ok': 3,
    });
    expect(figures['cache.entries']).toEqual({ products: 1 });
  });

  it('shows its secondary store as L2', async () => {
    const observer = newObserver();
    const secondary = new Keyv();
    const cache = new Cacheable({ secondary });
    observer.cache(cache, { name: 'products' });
    await cache.set('a', 1);
    await secondary.set('b', 2);
    for (const key of ['a', 'b', 'b', 'absent']) await cache.get(key);
    const figures = figuresOf(observer);
    expect(figures['cache.operations']).toMatchObject({
      'products L1 get hit': 2,
      'products L1 get miss': 2,
      // What was found in L2 only is set in L1.
      'products L1 set ok': 2,
      'products L2 get hit': 1,
      'products L2 get miss': 1,
      'products L2 set ok': 2,
    });
  });
});

describe('CacheableMemory', () => {
  it('is recognised; what holds one and a Map are not', () => {
    expect(cacheableMemory.matches(new CacheableMemory())).toBe(true);
    for (const other of [new Cacheable(), new Keyv(), new Map()]) expect(cacheableMemory.matches(other)).toBe(false);
  });

  it('tells its entries alone without its statistics', () => {
    const cache = new CacheableMemory({ lruSize: 5 });
    cache.set('a', 1);
    expect(cacheableMemory.read(cache)).toEqual({ entries: 1, maxEntries: 5 });
  });

  it('tells its statistics', () => {
    const cache = new CacheableMemory({ stats: true });
    cache.set('a', 'one');
    cache.set('b', 'two');
    cache.get('a');
    cache.get('absent');
    cache.delete('a');
    expect(cacheableMemory.read(cache)).toEqual({
      hits: 1,
      misses: 1,
      sets: 2,
      deletes: 1,
      entries: 1,
      maxEntries: undefined,
      bytes: 8,
    });
  });

  it('tells no deletes where they may be evictions', () => {
    const cache = new CacheableMemory({ stats: true, lruSize: 1 });
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cacheableMemory.read(cache)).toMatchObject({ sets: 2, deletes: undefined, entries: 1, maxEntries: 1 });
  });
});
