import type { PoolReader, PoolStats, PoolTimings } from '@outrider/core';
import { PoolCallers } from './pool-callers.ts';
import { shadow } from './shadow.ts';
import { hasFunctions, hasNumbers } from './shape.ts';
import { isThenable } from './thenable.ts';
import { isTimeoutError } from './timeout-error.ts';

interface SequelizePool {
  readonly size: number;
  readonly available: number;
  readonly using: number;
  readonly waiting: number;
  readonly maxSize: number;
  readonly minSize: number;
  readonly _draining?: boolean;
  readonly _factory?: object;
}

function isSequelizePool(target: object): boolean {
  return (
    hasNumbers(target, ['size', 'available', 'using', 'waiting', 'maxSize', 'minSize']) &&
    hasFunctions(target, ['acquire', 'release', 'destroy', 'drain'])
  );
}

/**
 * Reads a pool of `sequelize-pool`, such as `sequelize.connectionManager.pool`, from its public counters, until it is
 * drained. A connection that is being opened counts as used. With replication that is two pools, `.read` and `.write`,
 * to be registered under a name each.
 */
export const sequelizePool: PoolReader = {
  library: 'sequelize-pool',
  matches: isSequelizePool,
  read(target: object): PoolStats | undefined {
    const { size, available, using, waiting, maxSize, minSize, _draining } = target as SequelizePool;
    if (_draining === true && using === 0 && waiting === 0) return undefined;
    return { used: size - available, idle: available, pending: waiting, limit: maxSize, idleMin: minSize };
  },
  // It has no events at all.
  time(target: object, timings: PoolTimings): void {
    const pool = target as SequelizePool;
    const callers = new PoolCallers(timings, isTimeoutError);
    shadow(pool, 'acquire', (method, self, args) => callers.ask(method, self, args));
    for (const name of ['release', 'destroy']) {
      shadow(pool, name, (method, self, args) => {
        callers.released(args[0]);
        return Reflect.apply(method, self, args);
      });
    }
    const factory = pool._factory;
    if (typeof factory !== 'object') return;
    shadow(factory, 'create', (method, self, args) => {
      const begun = performance.now();
      const answer = Reflect.apply(method, self, args);
      if (!isThenable(answer)) return answer;
      return answer.then((connection) => {
        timings.created((performance.now() - begun) / 1000);
        return connection;
      });
    });
  },
};
