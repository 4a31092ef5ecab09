import type { CacheStats, Reader } from '@outrider/core';
import { hasFunctions, hasNumbers } from './shape.ts';

interface TtlCache {
  readonly size: number;
  readonly max: number;
}

function isTtlCache(target: object): boolean {
  return (
    hasNumbers(target, ['size', 'max']) &&
    hasFunctions(target, ['get', 'set', 'delete', 'getRemainingTTL', 'setTTL', 'purgeStale'])
  );
}

/**
 * Reads a `TTLCache` of `@isaacs/ttlcache` 1 and 2: entries and their limit. It counts nothing else and has no events;
 * `observeCache` counts its reads and writes.
 */
export const ttlCache: Reader<CacheStats> = {
  library: '@isaacs/ttlcache',
  matches: isTtlCache,
  read(target: object): CacheStats {
    const { size, max } = target as TtlCache;
    return { entries: size, maxEntries: Number.isFinite(max) ? max : undefined };
  },
};
