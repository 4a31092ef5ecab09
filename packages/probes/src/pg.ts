import type { PoolStats, Reader } from '@outrider/core';
import { hasFunctions, hasNumbers } from './shape.ts';

interface PgPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max?: number; readonly min?: number };
}

function isPgPool(target: object): boolean {
  return (
    hasNumbers(target, ['totalCount', 'idleCount', 'waitingCount']) &&
    hasFunctions(target, ['connect', 'query']) &&
    typeof (target as { options?: unknown }).options === 'object'
  );
}

/**
 * Reads a `pg.Pool` (pg 8, pg-pool 3) from its public counters.
 *
 * A connection that is being opened counts as used: it takes its place in the pool and cannot serve anybody else.
 */
export const pgPool: Reader<PoolStats> = {
  library: 'pg',
  matches: isPgPool,
  // Read when asked and not by the pool's events: it says `release` before it puts the connection back.
  read(target: object): PoolStats {
    const { totalCount, idleCount, waitingCount, options } = target as PgPool;
    return {
      used: totalCount - idleCount,
      idle: idleCount,
      pending: waitingCount,
      limit: options.max,
      idleMin: options.min,
    };
  },
};
