import type { Scope } from '../scope.ts';
import { quantileOf } from './quantile.ts';
import { total } from './totals.ts';

/** What tells one pool from another. */
const POOL = 'job, instance, db_client_connection_pool_name';

// Each worker has a pool of its own: no caller gets a connection of another one's.
const POOL_OF_WORKER = `${POOL}, worker`;

/** Connections of a pool in a state, such as `="used"`, those of all workers together unless told. */
export function connections({ application }: Scope, state: string, by: string = POOL): string {
  return total(application('db.client.connection.count', { 'db.client.connection.state': state }), by);
}

/** The most connections that a pool may open, those of all workers together unless told. */
export function poolLimit({ application }: Scope, by: string = POOL): string {
  return total(application('db.client.connection.limit'), by);
}

/** The idle connections that a pool keeps at the least, those of all workers together. */
export function poolIdleMin({ application }: Scope): string {
  return total(application('db.client.connection.idle.min'), POOL);
}

/** Share of the connections that a pool may open which are in use, 0 to 1, in the worker that has the fewest left. */
export function poolUse(scope: Scope): string {
  return `max by (${POOL}) (${connections(scope, '="used"', POOL_OF_WORKER)} / ${limitOfWorker(scope)})`;
}

/** Connections in use of the pools of workers that have none left. */
export function exhaustedPools(scope: Scope): string {
  return `${connections(scope, '="used"', POOL_OF_WORKER)} >= ${limitOfWorker(scope)}`;
}

/** Some libraries say 0 where there is no limit. */
function limitOfWorker(scope: Scope): string {
  return `(${poolLimit(scope, POOL_OF_WORKER)} > 0)`;
}

/** Callers that wait for a connection of a pool, those of all workers together. */
export function waiting({ application }: Scope, by: string = POOL): string {
  return total(application('db.client.connection.pending_requests'), by);
}

/** The most callers of one worker that waited at once; peaks between two points of a graph are in it. */
export function waitingPeak({ application, window }: Scope): string {
  return `max by (${POOL}) (max_over_time(${application('db.client.connection.pending_requests.max')}[${window}]))`;
}

/** Callers that got no connection, since they gave up waiting or it could not be opened: in the window, or a second of it. */
export function refused(
  { application, window }: Scope,
  why: 'timeouts' | 'errors',
  how: 'increase' | 'rate',
  by: string = POOL,
): string {
  return total(`${how}(${application(`db.client.connection.${why}`)}[${window}])`, by);
}

/** A quantile of the seconds that it takes to get a connection, that one is in use, or to open one. */
export function poolTime(q: number, of: 'wait' | 'use' | 'create', scope: Scope, by: string = POOL): string {
  return quantileOf(q, `db.client.connection.${of}_time`, scope, by);
}
