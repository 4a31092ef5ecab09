import type { CacheStats, Reader } from '@outrider/core';
import { hasFunctions } from './shape.ts';

interface CacheManager {
  readonly stores: readonly object[];
}

function isCacheManager(target: object): boolean {
  return (
    hasFunctions(target, ['get', 'mget', 'set', 'mset', 'del', 'mdel', 'wrap', 'cacheId']) &&
    Array.isArray((target as { stores?: unknown }).stores)
  );
}

/**
 * Reads a cache of `cache-manager` 7 by its stores, which are Keyvs: one is read as it is, several are the tiers L1, L2
 * and so on. Its own events are of no use, since they say nothing of a `get` that misses and of all that `wrap` does.
 * What it does not ask its stores for, it counts nowhere: with `nonBlocking` every store is asked.
 */
export const cacheManager: Reader<CacheStats> = {
  library: 'cache-manager',
  matches: isCacheManager,
  tiers: (target: object): readonly object[] => (target as CacheManager).stores,
  // Without a store there is nothing to tell.
  read: (): CacheStats => ({}),
};
