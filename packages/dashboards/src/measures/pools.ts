import type { Scope } from '../scope.ts';

/** What tells one pool from another. */
export const POOL = 'job, instance, db_client_connection_pool_name';

/** Connections of a pool in a state, such as `="used"`, those of all workers together. */
export function connections({ application }: Scope, state: string): string {
  return `sum by (${POOL}) (${application('db.client.connection.count', { 'db.client.connection.state': state })})`;
}

/** The most connections that a pool may open, those of all workers together. */
export function poolLimit({ application }: Scope): string {
  return `sum by (${POOL}) (${application('db.client.connection.limit')})`;
}
