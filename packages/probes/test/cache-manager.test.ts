import { createRequire } from 'node:module';
import { createCache } from 'cache-manager';
import { LRUCache } from 'lru-cache';
import { describe, expect, it } from 'vitest';
import { cacheManager } from '../src/cache-manager.ts';
import { figuresOf, newObserver } from './cache-figures.ts';

type Stores = NonNullable<NonNullable<Parameters<typeof createCache>[0]>['stores']>;
type KeyvClass = new (store?: object) => Stores[number];

// Its own Keyv, which is version 5: with stores of Keyv 6 its `wrap` never hits.
const require = createRequire(import.meta.url);
const { Keyv } = createRequire(require.resolve('cache-manager'))('keyv') as { readonly Keyv: KeyvClass };

describe('cache-manager', () => {
  it('is recognised; a Keyv and a Map are not', () => {
    expect(cacheManager.matches(createCache())).toBe(true);
    expect(cacheManager.matches(new Keyv())).toBe(false);
    expect(cacheManager.matches(new Map())).toBe(false);
  });

  it('is read by its store, which sees the misses and what wrap does', async () => {
    const observer = newObserver();
    const cache = createCache();
    observer.cache(cache, { name: 'products' });
    await cache.set('a', 1);
    await cache.mset([
      { key: 'b', value: 2 },
      { key: 'c', value: 3 },
    ]);
    await cache.get('a');
    await cache.get('absent');
    await cache.mget(['b', 'c', 'absent']);
    await cache.wrap('d', async () => 4);
    await cache.wrap('d', async () => 4);
    await cache.del('a');
    await cache.mdel(['b', 'c']);
    const figures = figuresOf(observer);
    expect(figures['cache.operations']).toEqual({
      'products get hit': 4,
      'products get miss': 3,
      'products set ok': 4,
      'products delete ok': 3,
      'products error': 0,
    });
    expect(figures['cache.entries']).toEqual({ products: 1 });
  });

  it('shows several stores as tiers', async () => {
    const observer = newObserver();
    const cache = createCache({ stores: [new Keyv({ store: new LRUCache({ max: 1 }) }), new Keyv()] });
    observer.cache(cache, { name: 'products' });
    await cache.set('a', 1);
    await cache.set('b', 2);
    for (const key of ['a', 'b', 'absent']) await cache.get(key);
    const figures = figuresOf(observer);
    expect(figures['cache.operations']).toMatchObject({
      'products L1 get hit': 1,
      'products L1 get miss': 2,
      'products L1 set ok': 2,
      'products L2 get hit': 1,
      'products L2 get miss': 1,
      'products L2 set ok': 2,
      'products L2 error': 0,
    });
    // The store of L1 is none of which nothing is known to fail.
    expect(Object.keys(figures['cache.operations']!)).not.toContain('products L1 error');
    expect(figures['cache.entries']).toEqual({ 'products L1': 1, 'products L2': 2 });
    expect(figures['cache.entries.limit']).toEqual({ 'products L1': 1 });
    expect(figures['cache.enabled']).toEqual({ 'products L1': 1, 'products L2': 1 });
  });

  it('shows them below the tier that it is registered as', () => {
    const observer = newObserver();
    observer.cache(createCache({ stores: [new Keyv(), new Keyv()] }), { name: 'p', tier: 'memory', enabled: false });
    expect(figuresOf(observer)['cache.enabled']).toEqual({ 'p memory.L1': 0, 'p memory.L2': 0 });
  });
});
