import type { PoolStats, Reader } from '@outrider/core';
import { hasFunctions, hasNumbers } from './shape.ts';

interface GenericPool {
  readonly borrowed: number;
  readonly available: number;
  readonly pending: number;
  readonly max: number;
  readonly min: number;
}

function isGenericPool(target: object): boolean {
  return (
    hasNumbers(target, ['borrowed', 'available', 'pending', 'max', 'min']) &&
    hasFunctions(target, ['acquire', 'release', 'drain'])
  );
}

/** Reads a pool of `generic-pool` 3 from its public counters; used are the resources lent out. */
export const genericPool: Reader<PoolStats> = {
  library: 'generic-pool',
  matches: isGenericPool,
  read(target: object): PoolStats {
    const { borrowed, available, pending, max, min } = target as GenericPool;
    return { used: borrowed, idle: available, pending, limit: max, idleMin: min };
  },
};
