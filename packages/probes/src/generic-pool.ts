import type { PoolReader, PoolStats, PoolTimings } from '@outrider/core';
import { PoolCallers } from './pool-callers.ts';
import { shadow } from './shadow.ts';
import { hasFunctions, hasNumbers } from './shape.ts';
import { isTimeoutError } from './timeout-error.ts';

interface GenericPool {
  readonly borrowed: number;
  readonly available: number;
  readonly pending: number;
  readonly max: number;
  readonly min: number;
  readonly size: number;
  /** Private: whether it lends out nothing any more, which cannot be undone. */
  readonly _draining?: boolean;
}

function isGenericPool(target: object): boolean {
  return (
    hasNumbers(target, ['borrowed', 'available', 'pending', 'max', 'min']) &&
    hasFunctions(target, ['acquire', 'release', 'drain'])
  );
}

/**
 * Reads a pool of `generic-pool` 3 from its public counters; used are the resources lent out. How long a resource is used
 * is told of objects only.
 */
export const genericPool: PoolReader = {
  library: 'generic-pool',
  matches: isGenericPool,
  read(target: object): PoolStats | undefined {
    const { borrowed, available, pending, max, min, size, _draining } = target as GenericPool;
    if (_draining === true && size === 0) return undefined;
    return { used: borrowed, idle: available, pending, limit: max, idleMin: min };
  },
  // There is no event for any of it. `use` calls these methods of the instance.
  time(target: object, timings: PoolTimings): void {
    const callers = new PoolCallers(timings, isTimeoutError);
    shadow(target, 'acquire', (acquire, self, args) => callers.ask(acquire, self, args));
    for (const name of ['release', 'destroy']) {
      shadow(target, name, (giveBack, self, args) => {
        callers.released(args[0]);
        return Reflect.apply(giveBack, self, args);
      });
    }
  },
};
