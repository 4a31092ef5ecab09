import type { PoolReader, PoolStats, PoolTimings, PoolWait } from '@outrider/core';
import { PoolCallers } from './pool-callers.ts';
import { hasFunctions, hasNumbers } from './shape.ts';
import { isTimeoutError } from './timeout-error.ts';

interface TarnPool {
  readonly min: number;
  readonly max: number;
  readonly destroyed?: boolean;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
  numPendingCreates(): number;
  on(event: 'acquireRequest' | 'createRequest', listener: (id: number) => void): void;
  on(event: 'acquireSuccess' | 'createSuccess', listener: (id: number, resource: unknown) => void): void;
  on(event: 'acquireFail' | 'createFail', listener: (id: number, error: unknown) => void): void;
  on(event: 'release', listener: (resource: unknown) => void): void;
}

function isTarnPool(target: object): boolean {
  return (
    hasFunctions(target, ['numUsed', 'numFree', 'numPendingAcquires', 'numPendingCreates', 'acquire', 'on']) &&
    hasNumbers(target, ['min', 'max'])
  );
}

/**
 * Reads a pool of `tarn` 3, such as `knex.client.pool`, from its public counters, until it is destroyed. A connection
 * that is being opened counts as used.
 */
export const tarnPool: PoolReader = {
  library: 'tarn (knex)',
  matches: isTarnPool,
  read(target: object): PoolStats | undefined {
    const pool = target as TarnPool;
    if (pool.destroyed === true) return undefined;
    return {
      used: pool.numUsed() + pool.numPendingCreates(),
      idle: pool.numFree(),
      pending: pool.numPendingAcquires(),
      limit: pool.max,
      idleMin: pool.min,
    };
  },
  time(target: object, timings: PoolTimings): void {
    const pool = target as TarnPool;
    const callers = new PoolCallers(timings, isTimeoutError);
    const waits = new Map<number, PoolWait>();
    const creations = new Map<number, number>();
    pool.on('acquireRequest', (id) => waits.set(id, timings.wait()));
    pool.on('acquireSuccess', (id, resource) => {
      callers.handedOver(resource, waits.get(id));
      waits.delete(id);
    });
    pool.on('acquireFail', (id, error) => {
      callers.failed(error, waits.get(id));
      waits.delete(id);
    });
    pool.on('release', (resource) => callers.released(resource));
    pool.on('createRequest', (id) => creations.set(id, performance.now()));
    pool.on('createSuccess', (id) => {
      const begun = creations.get(id);
      if (begun !== undefined) timings.created((performance.now() - begun) / 1000);
      creations.delete(id);
    });
    pool.on('createFail', (id) => creations.delete(id));
  },
};
