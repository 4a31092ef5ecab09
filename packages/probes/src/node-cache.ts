import type { CacheStats, Reader } from '@outrider/core';
import { hasFunctions } from './shape.ts';

interface Stats {
  readonly hits: number;
  readonly misses: number;
  readonly keys: number;
  readonly ksize: number;
  readonly vsize: number;
}

interface NodeCache {
  readonly options: { readonly maxKeys?: number; readonly deleteOnExpire?: boolean };
  getStats(): Stats;
  on(event: string, listener: () => void): unknown;
}

interface Counts {
  sets: number;
  deletes: number;
  /** The object that the library counts in until it is flushed, and what those before it counted. */
  stats: Stats;
  hitsBefore: number;
  missesBefore: number;
  /** Whether the library has forgotten how many keys there are. */
  sizeLost: boolean;
}

const counted = new WeakMap<object, Counts>();

function isNodeCache(target: object): boolean {
  return (
    hasFunctions(target, ['get', 'mget', 'take', 'getStats', 'flushAll', 'flushStats', 'on']) &&
    typeof (target as { options?: unknown }).options === 'object'
  );
}

// A flush begins a new object; the old one keeps what it counted.
function startOver(counts: Counts, cache: NodeCache): void {
  counts.hitsBefore += counts.stats.hits;
  counts.missesBefore += counts.stats.misses;
  counts.stats = cache.getStats();
}

/**
 * Reads a `node-cache` 5: hits, misses, entries and bytes of its statistics, sets and deletes from its events. The bytes
 * are the library's own estimate. Errors are absent, since it throws them to the caller and tells nobody else, and so are
 * evictions: it evicts nothing to make room, and what has expired is no delete either.
 */
export const nodeCache: Reader<CacheStats> = {
  library: 'node-cache',
  matches: isNodeCache,
  read(target: object): CacheStats {
    const cache = target as NodeCache;
    const { hits, misses, keys, ksize, vsize } = cache.getStats();
    const { maxKeys = -1 } = cache.options;
    const counts = counted.get(cache);
    const held = counts?.sizeLost === true ? {} : { entries: keys, bytes: ksize + vsize };
    return {
      hits: hits + (counts?.hitsBefore ?? 0),
      misses: misses + (counts?.missesBefore ?? 0),
      sets: counts?.sets,
      deletes: counts?.deletes,
      ...held,
      maxEntries: maxKeys > -1 ? maxKeys : undefined,
    };
  },
  attach(target: object): void {
    if (counted.has(target)) return;
    const cache = target as NodeCache;
    const counts: Counts = {
      sets: 0,
      deletes: 0,
      stats: cache.getStats(),
      hitsBefore: 0,
      missesBefore: 0,
      sizeLost: false,
    };
    counted.set(cache, counts);
    cache.on('set', () => {
      counts.sets += 1;
    });
    cache.on('del', () => {
      counts.deletes += 1;
    });
    // An entry that has expired is deleted by the cache, which says `del` right before.
    cache.on('expired', () => {
      if (cache.options.deleteOnExpire !== false) counts.deletes -= 1;
    });
    cache.on('flush', () => {
      startOver(counts, cache);
      counts.sizeLost = false;
    });
    cache.on('flush_stats', () => {
      startOver(counts, cache);
      // The entries stay, but from here on the library counts them from 0, below it as they go.
      counts.sizeLost = true;
    });
  },
};
