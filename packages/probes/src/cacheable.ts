import type { CacheStats, Reader } from '@outrider/core';
import { hasFunctions, hasNumbers } from './shape.ts';

interface Cacheable {
  readonly primary: object;
  readonly secondary?: object | undefined;
}

interface CacheableMemory {
  readonly size: number;
  readonly lruSize: number;
  readonly stats: {
    readonly enabled: boolean;
    readonly hits: number;
    readonly misses: number;
    readonly sets: number;
    readonly deletes: number;
    readonly ksize: number;
    readonly vsize: number;
  };
}

function isCacheable(target: object): boolean {
  return (
    hasFunctions(target, ['get', 'set', 'delete', 'getOrSet', 'setPrimary', 'setSecondary']) &&
    typeof (target as { primary?: unknown }).primary === 'object'
  );
}

function isCacheableMemory(target: object): boolean {
  return (
    hasNumbers(target, ['size', 'lruSize', 'storeHashSize']) &&
    hasFunctions(target, ['get', 'set', 'delete', 'takeMany', 'checkExpiration']) &&
    typeof (target as { stats?: unknown }).stats === 'object'
  );
}

/**
 * Reads a `Cacheable` of `cacheable` 2 by its stores, which are Keyvs: with a secondary one they are the tiers L1 and L2.
 * Its own statistics are not needed, and better left off: with them each delete reads the entry first, which is a read
 * of the store. They would leave out `setMany`, and would count a replaced entry as one more.
 */
export const cacheable: Reader<CacheStats> = {
  library: 'cacheable',
  matches: isCacheable,
  tiers(target: object): readonly object[] {
    const { primary, secondary } = target as Cacheable;
    return secondary === undefined ? [primary] : [primary, secondary];
  },
  // Without a store there is nothing to tell.
  read: (): CacheStats => ({}),
};

/**
 * Reads a `CacheableMemory` of `cacheable` 2: entries and their limit, and where it was made with `stats: true` its
 * counters and its estimate of the bytes. Where it evicts, deletes and evictions are absent: it counts them in one.
 */
export const cacheableMemory: Reader<CacheStats> = {
  library: 'CacheableMemory',
  matches: isCacheableMemory,
  read(target: object): CacheStats {
    const { size, lruSize, stats } = target as CacheableMemory;
    const held = { entries: size, maxEntries: lruSize > 0 ? lruSize : undefined };
    if (!stats.enabled) return held;
    const { hits, misses, sets, deletes, ksize, vsize } = stats;
    const counts = { hits, misses, sets, deletes: lruSize > 0 ? undefined : deletes };
    return { ...held, ...counts, bytes: ksize + vsize };
  },
};
