import type { PoolReader, PoolStats, PoolTimings, PoolWait } from '@outrider/core';
import { PoolCallers } from './pool-callers.ts';
import { shadow } from './shadow.ts';
import { hasFunctions } from './shape.ts';
import { isThenable } from './thenable.ts';
import { errorCode } from './timeout-error.ts';

const COUNTS = ['activeConnections', 'idleConnections', 'totalConnections', 'taskQueueSize'];

// Every method that asks the pool for one connection.
const ASKING = ['getConnection', 'query', 'execute', 'batch', 'importFile'];

interface MariadbPool {
  readonly closed?: boolean;
  activeConnections(): number;
  idleConnections(): number;
  taskQueueSize(): number;
  toString(): string;
  on(event: 'acquire' | 'release', listener: (connection: unknown) => void): void;
}

function isMariadbPool(target: object): target is MariadbPool {
  return hasFunctions(target, [...COUNTS, 'getConnection', 'on']);
}

function isCallbackPool(target: object): boolean {
  return isMariadbPool(target) && String(target).startsWith('poolCallback(');
}

// The options are private; what the pool says of itself as a text, `poolPromise(active=0 idle=1 limit=10)`, is not.
function limitOf(pool: MariadbPool): number | undefined {
  const limit = / limit=(\d+)\b/.exec(String(pool))?.[1];
  return limit === undefined ? undefined : Number(limit);
}

function read(target: object): PoolStats | undefined {
  const pool = target as MariadbPool;
  if (pool.closed === true) return undefined;
  return {
    used: pool.activeConnections(),
    idle: pool.idleConnections(),
    pending: pool.taskQueueSize(),
    limit: limitOf(pool),
  };
}

// `query` and its like ask for a connection inside of the pool, where nobody can see for whom one is: the pool says that
// it hands one over, in the order in which it was asked. In the rare case that a caller overtakes another (its connection
// passed the ping, the other's did not) the two waits are exchanged; their sum is right.
function time(target: object, timings: PoolTimings): void {
  const pool = target as MariadbPool;
  const callers = new PoolCallers(timings, (error) => errorCode(error) === 'ER_GET_CONNECTION_TIMEOUT');
  const waiting = new Set<PoolWait>();
  let asking: PoolWait | undefined;
  const failed = (wait: PoolWait, error: unknown): void => {
    waiting.delete(wait);
    callers.failed(error, wait);
  };
  for (const name of ASKING) {
    shadow(pool, name, (method, self, args) => {
      const wait = timings.wait();
      waiting.add(wait);
      asking = wait;
      try {
        const answer = Reflect.apply(method, self, args);
        if (!isThenable(answer)) {
          failed(wait, undefined);
          return answer;
        }
        // The caller is given what follows: a rejection that it forgot to handle is told as before.
        return answer.then(
          (value) => {
            // One whose place another caller took has had a connection all the same.
            if (waiting.delete(wait)) wait.end('ok');
            return value;
          },
          (error: unknown) => {
            failed(wait, error);
            throw error;
          },
        );
      } catch (error) {
        failed(wait, error);
        throw error;
      } finally {
        asking = undefined;
      }
    });
  }
  pool.on('acquire', (connection) => {
    // Said while a caller is asking, it is for that one; else for the one that has waited longest.
    const wait = asking ?? waiting.values().next().value;
    asking = undefined;
    if (wait !== undefined) waiting.delete(wait);
    callers.handedOver(connection, wait);
  });
  pool.on('release', (connection) => callers.released(connection));
}

/** Reads a pool of `mariadb` 3 from its public counters. A connection that is being opened is not among them. */
export const mariadbPool: PoolReader = {
  library: 'mariadb',
  matches: (target) => isMariadbPool(target) && !isCallbackPool(target),
  read,
  time,
};

/**
 * Reads a pool of `mariadb/callback`, which has no times: a query without a callback never says that it got no
 * connection.
 */
export const mariadbCallbackPool: PoolReader = { library: 'mariadb/callback', matches: isCallbackPool, read };
