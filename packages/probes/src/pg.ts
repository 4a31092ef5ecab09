import type { PoolReader, PoolStats, PoolTimings } from '@outrider/core';
import { PoolCallers } from './pool-callers.ts';
import { shadow } from './shadow.ts';
import { hasFunctions, hasNumbers } from './shape.ts';

// pg-pool gives its timeouts neither a class nor a code: the first while the pool is full, the second while connecting.
const TIMEOUTS: ReadonlySet<unknown> = new Set([
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
]);

type ClientClass = new (...args: unknown[]) => object;

interface PgPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max?: number; readonly min?: number };
  readonly ended?: boolean;
  Client?: ClientClass;
  on(event: 'release', listener: (error: unknown, client: unknown) => void): void;
  on(event: 'connect', listener: (client: object) => void): void;
}

function isPgPool(target: object): boolean {
  return (
    hasNumbers(target, ['totalCount', 'idleCount', 'waitingCount']) &&
    hasFunctions(target, ['connect', 'query']) &&
    typeof (target as { options?: unknown }).options === 'object'
  );
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && TIMEOUTS.has(error.message);
}

// A client is connected as soon as it is made, and `connect` is said once it is: only its beginning has no event.
function timeCreation(pool: PgPool, timings: PoolTimings): void {
  const { Client } = pool;
  if (typeof Client !== 'function') return;
  const made = new WeakMap<object, number>();
  pool.Client = new Proxy(Client, {
    construct(clientClass, args) {
      const client = Reflect.construct(clientClass, args);
      made.set(client, performance.now());
      return client;
    },
  });
  pool.on('connect', (client) => {
    const begun = made.get(client);
    if (begun !== undefined) timings.created((performance.now() - begun) / 1000);
  });
}

/**
 * Reads a `pg.Pool` (pg 8, pg-pool 3) from its public counters, until it has ended.
 *
 * A connection that is being opened counts as used: it takes its place in the pool and cannot serve anybody else.
 */
export const pgPool: PoolReader = {
  library: 'pg',
  matches: isPgPool,
  // Read when asked and not by the pool's events: it says `release` before it puts the connection back.
  read(target: object): PoolStats | undefined {
    const { totalCount, idleCount, waitingCount, options, ended } = target as PgPool;
    if (ended === true) return undefined;
    return {
      used: totalCount - idleCount,
      idle: idleCount,
      pending: waitingCount,
      limit: options.max,
      idleMin: options.min,
    };
  },
  time(target: object, timings: PoolTimings): void {
    const pool = target as PgPool;
    const callers = new PoolCallers(timings, isTimeout);
    // `pool.query` asks by it too. Use begins here and not at the event `acquire`, which the pool also says when it takes
    // a connection for nobody: to throw it away, or for a caller that has given up.
    shadow(pool, 'connect', (method, self, args) => callers.ask(method, self, args));
    pool.on('release', (_error, client) => callers.released(client));
    timeCreation(pool, timings);
  },
};
