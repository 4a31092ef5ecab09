import type { BreakerStats, CacheStats, PoolReader, QueueStats, Reader, Unwrapper } from '@outrider/core';
import { bullmqQueue } from './bullmq.ts';
import { cacheManager } from './cache-manager.ts';
import { cacheable, cacheableMemory } from './cacheable.ts';
import { cockatielBreaker } from './cockatiel.ts';
import { opossumBreaker } from './opossum.ts';
import { promiseLimit } from './p-limit.ts';
import { promiseQueue } from './p-queue.ts';
import { genericPool } from './generic-pool.ts';
import { httpAgent } from './http-agent.ts';
import { keyv } from './keyv.ts';
import { lruCache } from './lru-cache.ts';
import { mongodbPool, mongooseClient } from './mongodb.ts';
import { mariadbCallbackPool, mariadbPool } from './mariadb.ts';
import { mysql2Pool } from './mysql2.ts';
import { nodeCache } from './node-cache.ts';
import { observedCache } from './observe-cache.ts';
import { pgPool } from './pg.ts';
import { piscinaPool } from './piscina.ts';
import { redisClientCache } from './redis-client-cache.ts';
import { redisPool, redisPoolSelf } from './redis-pool.ts';
import { sequelizePool } from './sequelize.ts';
import { tarnPool } from './tarn.ts';
import { ttlCache } from './ttl-cache.ts';
import { fetchPool, undiciPool } from './undici.ts';
import { unwrappers } from './unwrap.ts';

/** Every reader of this package; a new library is one file and one entry here. The first that matches is taken. */
export const readers: {
  readonly pools: readonly PoolReader[];
  readonly caches: ReadonlyArray<Reader<CacheStats>>;
  readonly queues: ReadonlyArray<Reader<QueueStats>>;
  readonly breakers: ReadonlyArray<Reader<BreakerStats>>;
  readonly unwrappers: readonly Unwrapper[];
} = {
  pools: [
    pgPool,
    genericPool,
    tarnPool,
    mariadbPool,
    mariadbCallbackPool,
    sequelizePool,
    mysql2Pool,
    redisPool,
    mongodbPool,
    piscinaPool,
    httpAgent,
    undiciPool,
    fetchPool,
  ],
  unwrappers: [...unwrappers, redisPoolSelf, mongooseClient],
  caches: [
    observedCache,
    lruCache,
    nodeCache,
    cacheManager,
    cacheable,
    cacheableMemory,
    keyv,
    redisClientCache,
    ttlCache,
  ],
  queues: [bullmqQueue, promiseQueue, promiseLimit],
  breakers: [opossumBreaker, cockatielBreaker],
};
