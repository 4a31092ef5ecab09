import NodeCache from 'node-cache';
import { describe, expect, it, vi } from 'vitest';
import { nodeCache } from '../src/node-cache.ts';

const NOTHING = { hits: 0, misses: 0, sets: 0, deletes: 0, entries: 0, bytes: 0, maxEntries: undefined };

function attached(options?: NodeCache.Options): NodeCache {
  const cache = new NodeCache({ checkperiod: 0, ...options });
  nodeCache.attach?.(cache);
  return cache;
}

describe('node-cache', () => {
  it('is recognised; a Map is not', () => {
    expect(nodeCache.matches(new NodeCache({ checkperiod: 0 }))).toBe(true);
    expect(nodeCache.matches(new Map())).toBe(false);
  });

  it('counts reads, writes and deletes, of one key or several', () => {
    const cache = attached({ maxKeys: 7 });
    expect(nodeCache.read(cache)).toEqual({ ...NOTHING, maxEntries: 7 });
    cache.set('a', 'one');
    cache.set('a', 'two');
    cache.mset([
      { key: 'b', val: 1 },
      { key: 'c', val: 2 },
    ]);
    cache.get('a');
    cache.get('absent');
    cache.mget(['b', 'c', 'absent']);
    cache.take('c');
    cache.del(['a', 'absent']);
    const { bytes, ...figures } = nodeCache.read(cache)!;
    expect(figures).toEqual({ hits: 4, misses: 2, sets: 4, deletes: 2, entries: 1, maxEntries: 7 });
    expect(bytes).toBe(cache.getStats().ksize + cache.getStats().vsize);
    expect(bytes).toBeGreaterThan(0);
  });

  it('counts one that is attached twice once', () => {
    const cache = attached();
    cache.set('a', 1);
    nodeCache.attach?.(cache);
    cache.set('a', 1);
    expect(nodeCache.read(cache)).toMatchObject({ sets: 2 });
  });

  it.each([true, false])('counts what has expired as no delete (deleteOnExpire: %s)', (deleteOnExpire) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const cache = attached({ deleteOnExpire });
      cache.set('a', 1, 10);
      vi.setSystemTime(Date.now() + 11_000);
      cache.get('a');
      expect(nodeCache.read(cache)).toMatchObject({ sets: 1, deletes: 0, entries: deleteOnExpire ? 0 : 1 });
    } finally {
      vi.useRealTimers();
    }
  });

  it('never goes back when it is flushed, and does not know its size after its statistics alone were', () => {
    const cache = attached();
    const work = (): void => {
      cache.set('a', 1);
      cache.get('a');
      cache.get('absent');
    };
    work();
    cache.flushStats();
    expect(nodeCache.read(cache)).toEqual({ hits: 1, misses: 1, sets: 1, deletes: 0, maxEntries: undefined });
    work();
    cache.flushAll();
    expect(nodeCache.read(cache)).toEqual({ ...NOTHING, hits: 2, misses: 2, sets: 2 });
    work();
    cache.flushAll();
    cache.flushAll();
    expect(nodeCache.read(cache)).toEqual({ ...NOTHING, hits: 3, misses: 3, sets: 3 });
  });
});
