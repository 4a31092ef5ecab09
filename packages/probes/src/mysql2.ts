import type { PoolReader, PoolStats, PoolTimings } from '@outrider/core';
import { PoolCallers } from './pool-callers.ts';
import { shadow } from './shadow.ts';
import { hasFunctions } from './shape.ts';
import { errorCode } from './timeout-error.ts';

interface Queue {
  readonly length: number;
  get?(index: number): unknown;
}

// The library has no public counters (sidorares/node-mysql2#3434): what a later version may no longer have is optional.
interface Mysql2Pool {
  readonly config: { readonly connectionLimit: number };
  readonly _closed?: boolean;
  readonly _allConnections?: Queue;
  readonly _freeConnections?: Queue;
  readonly _connectionQueue?: Queue;
  on(event: 'connection', listener: (connection: object) => void): void;
}

function isMysql2Pool(target: object): boolean {
  const { config } = target as { config?: { connectionLimit?: unknown } };
  return (
    hasFunctions(target, ['getConnection', 'releaseConnection', 'query', 'execute', 'promise', 'on']) &&
    typeof config?.connectionLimit === 'number'
  );
}

function lengthOf(target: Mysql2Pool, field: '_allConnections' | '_freeConnections' | '_connectionQueue'): number {
  const length = target[field]?.length;
  if (length === undefined) throw new TypeError(`this version of mysql2 has no ${field}`);
  return length;
}

function addedTo(queue: Queue | undefined, lengthBefore: number | undefined): object | undefined {
  if (queue === undefined || lengthBefore === undefined || queue.length <= lengthBefore) return undefined;
  const added = queue.get?.(queue.length - 1);
  return typeof added === 'object' || typeof added === 'function' ? (added ?? undefined) : undefined;
}

/**
 * Reads a pool of `mysql2` 3 from its private queues: where a version no longer has them, its series end and the error
 * is counted. A connection that is being opened counts as used. A pool of `mysql2/promise` is read by the one in it.
 */
export const mysql2Pool: PoolReader = {
  library: 'mysql2',
  matches: isMysql2Pool,
  // Not counted by the pool's events: a connection that goes from one caller to the next says neither of the two.
  read(target: object): PoolStats | undefined {
    const pool = target as Mysql2Pool;
    // From then on the pool no longer notices that its connections close.
    if (pool._closed === true) return undefined;
    const idle = lengthOf(pool, '_freeConnections');
    const { connectionLimit } = pool.config;
    return {
      used: lengthOf(pool, '_allConnections') - idle,
      idle,
      pending: lengthOf(pool, '_connectionQueue'),
      // 0 is no limit.
      limit: connectionLimit > 0 ? connectionLimit : undefined,
    };
  },
  time(target: object, timings: PoolTimings): void {
    const pool = target as Mysql2Pool;
    const callers = new PoolCallers(timings, (error) => errorCode(error) === 'ETIMEDOUT');
    const queued = new WeakSet();
    const opening = new WeakMap<object, number>();
    // The channel mysql2:pool:connect tells of a wait, but not of which pool. `query` and `execute` ask by this too.
    shadow(pool, 'getConnection', (method, self, args) => {
      const begun = performance.now();
      const connections = pool._allConnections?.length;
      const waiting = pool._connectionQueue?.length;
      // When a connection is lost, the pool takes a caller from its queue and asks once more for it.
      const asked = queued.has(args[0] as object);
      const answer = asked ? Reflect.apply(method, self, args) : callers.ask(method, self, args);
      const waiter = addedTo(pool._connectionQueue, waiting);
      if (waiter !== undefined) queued.add(waiter);
      const connection = addedTo(pool._allConnections, connections);
      if (connection !== undefined) opening.set(connection, begun);
      return answer;
    });
    // Whatever ends a use comes through here. The event `release` is not said when the connection goes to the next caller.
    shadow(pool, 'releaseConnection', (method, self, args) => {
      callers.released(args[0]);
      return Reflect.apply(method, self, args);
    });
    pool.on('connection', (connection) => {
      const begun = opening.get(connection);
      if (begun !== undefined) timings.created((performance.now() - begun) / 1000);
    });
  },
};
