import type { CacheStats, PoolStats, Reader } from '@outrider/core';
import { genericPool } from './generic-pool.ts';
import { lruCache } from './lru-cache.ts';
import { pgPool } from './pg.ts';

/** Every reader of this package; a new library is one file and one entry here. The first that matches is taken. */
export const readers: {
  readonly pools: ReadonlyArray<Reader<PoolStats>>;
  readonly caches: ReadonlyArray<Reader<CacheStats>>;
} = {
  pools: [pgPool, genericPool],
  caches: [lruCache],
};
