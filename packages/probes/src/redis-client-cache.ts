import type { CacheStats, Reader } from '@outrider/core';
import { shadow } from './shadow.ts';
import { hasFunctions, hasNumbers } from './shape.ts';

interface Stats {
  readonly hitCount: number;
  readonly missCount: number;
  readonly loadFailureCount: number;
  readonly evictionCount: number;
}

interface ClientSideCache {
  readonly maxEntries: number;
  stats(): Stats;
  size(): number;
}

interface Counts {
  hits: number;
  misses: number;
  errors: number;
  evictions: number;
}

// What was counted before the library began again at 0, which it does whenever the connection is lost.
const countedBefore = new WeakMap<object, Counts>();

function isClientSideCache(target: object): boolean {
  return (
    hasFunctions(target, ['stats', 'size', 'clear', 'invalidate', 'handleCache', 'trackingOn']) &&
    hasNumbers(target, ['maxEntries', 'ttl'])
  );
}

function keepCounts(cache: ClientSideCache, before: Counts): void {
  const { hitCount, missCount, loadFailureCount, evictionCount } = cache.stats();
  before.hits += hitCount;
  before.misses += missCount;
  before.errors += loadFailureCount;
  before.evictions += evictionCount;
}

/**
 * Reads the client-side cache of node-redis 5 and 6, `client.clientSideCache`: hits, misses, evictions (to make room, of
 * what was too old, and of everything at once by the server), entries and their limit; errors are commands that failed
 * to load. There is nothing that sets or deletes. With `recordStats: false` it tells its entries only.
 */
export const redisClientCache: Reader<CacheStats> = {
  library: 'redis client-side cache',
  matches: isClientSideCache,
  read(target: object): CacheStats {
    const cache = target as ClientSideCache;
    const held = { entries: cache.size(), maxEntries: cache.maxEntries > 0 ? cache.maxEntries : undefined };
    const stats = cache.stats();
    // Each call makes a new snapshot; one that is always the same is the zeros of a cache that does not count.
    if (stats === cache.stats()) return held;
    const before = countedBefore.get(cache);
    return {
      ...held,
      hits: stats.hitCount + (before?.hits ?? 0),
      misses: stats.missCount + (before?.misses ?? 0),
      errors: stats.loadFailureCount + (before?.errors ?? 0),
      evictions: stats.evictionCount + (before?.evictions ?? 0),
    };
  },
  attach(target: object): void {
    if (countedBefore.has(target)) return;
    const before: Counts = { hits: 0, misses: 0, errors: 0, evictions: 0 };
    countedBefore.set(target, before);
    // The counters are thrown away in `clear`, without an event: only a shadow of it can keep them.
    shadow(target, 'clear', (clear, self, args) => {
      const [resets = true] = args;
      if (resets === true) keepCounts(self as ClientSideCache, before);
      return Reflect.apply(clear, self, args);
    });
  },
};
