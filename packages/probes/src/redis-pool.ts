import type { PoolReader, PoolStats, PoolTimings, Unwrapper } from '@outrider/core';
import { shadow } from './shadow.ts';
import { hasFunctions, hasNumbers } from './shape.ts';
import { isTimeoutError } from './timeout-error.ts';

type Task = (...given: unknown[]) => unknown;

interface RedisPool {
  readonly idleClients: number;
  readonly clientsInUse: number;
  readonly tasksQueueLength: number;
  readonly _self: object;
}

function isRedisPool(target: object): target is RedisPool {
  return (
    hasNumbers(target, ['idleClients', 'clientsInUse', 'totalClients', 'tasksQueueLength']) &&
    hasFunctions(target, ['execute', 'connect', 'destroy'])
  );
}

/**
 * Reads a pool of node-redis 6 (`createClientPool`) from its public counters. Its limit is private: say it
 * yourself. A client that is being connected counts as used: it takes its place and cannot serve anybody else.
 *
 * @example
 * const pool = createClientPool({ url }, { maximum: 20 });
 * observer.pool(pool, { name: 'sessions', limit: 20, timings: true });
 */
export const redisPool: PoolReader = {
  library: 'redis (createClientPool)',
  matches: (target) => isRedisPool(target) && target._self === target,
  read(target: object): PoolStats {
    const { clientsInUse, idleClients, tasksQueueLength } = target as RedisPool;
    return { used: clientsInUse, idle: idleClients, pending: tasksQueueLength };
  },
  // The library's diagnostics channel tells waits without the pool, and nothing of those that ended in vain. Every command
  // passes execute.
  time(target: object, timings: PoolTimings): void {
    shadow(target, 'execute', async (execute, self, [task, ...rest]) => {
      const wait = timings.wait();
      const bound = timings.bind(task as Task);
      const timed = (client: unknown): unknown => {
        wait.end('ok');
        return measureUse(timings, () => bound(client));
      };
      try {
        return await Reflect.apply(execute, self, [timed, ...rest]);
      } catch (error) {
        wait.end(isTimeoutError(error) ? 'timeout' : 'error');
        throw error;
      }
    });
  },
};

/** Finds the pool in what `createClientPool` and `withTypeMapping` give: objects that stand before it. */
export const redisPoolSelf: Unwrapper = (target) => (isRedisPool(target) ? target._self : undefined);

function measureUse(timings: PoolTimings, task: () => unknown): unknown {
  const began = performance.now();
  const end = (): void => timings.used((performance.now() - began) / 1000);
  let result: unknown;
  try {
    result = task();
  } catch (error) {
    end();
    throw error;
  }
  // The pool waits for promises and for nothing else that could be waited for.
  if (result instanceof Promise) result.then(end, end);
  else end();
  return result;
}
