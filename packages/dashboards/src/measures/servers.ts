import type { Matchers } from '../config.ts';
import type { Scope } from '../scope.ts';
import { total, totalRate } from './totals.ts';

/** What tells one watched server from another: two sidecars that watch the same one tell of it twice. */
export const SERVER = 'instance, server_address, server_port';

/** What a server counts, a second. */
export function serverRate(
  { host, window }: Scope,
  name: string,
  by: string = SERVER,
  matchers: Matchers = {},
): string {
  return totalRate(host(name, matchers), window, by);
}

/** How many servers did not answer the last look at them. */
export function serversDown({ host }: Scope, systems: readonly string[]): string {
  return total(systems.map((system) => `(1 - ${host(`${system}.up`)})`).join(' or '));
}

/** Share of the sessions that PostgreSQL allows which are open, 0 to 1. */
export function sessionShare({ host }: Scope): string {
  return `${total(host('postgresql.backends'), SERVER)} / ${total(host('postgresql.connection.max'), SERVER)}`;
}

/** Share of the blocks that PostgreSQL found in its buffers, 0 to 1; nothing where none was asked for. */
export function bufferHitRatio(scope: Scope): string {
  const by = `${SERVER}, db_namespace`;
  const hits = serverRate(scope, 'postgresql.blks_hit', by);
  return `${hits} / (${hits} + ${serverRate(scope, 'postgresql.blks_read', by)})`;
}

/** Share of the lookups in Redis that found their key, 0 to 1; nothing where nothing was looked up. */
export function redisHitRatio(scope: Scope): string {
  const hits = serverRate(scope, 'redis.keyspace.hits');
  return `${hits} / (${hits} + ${serverRate(scope, 'redis.keyspace.misses')})`;
}

/** Share of the gets of memcached that found their key, 0 to 1; nothing where nothing was looked up. */
export function memcachedHitRatio(scope: Scope): string {
  const gets = (type: Matchers): string =>
    serverRate(scope, 'memcached.operations', SERVER, { operation: '="get"', ...type });
  return `${gets({ type: '="hit"' })} / ${gets({})}`;
}

/** Share of its limit `maxmemory` that Redis has allocated, 0 to 1; only of a server that has one. */
export function redisMemoryShare({ host }: Scope): string {
  return `${host('redis.memory.used')} / ${host('redis.maxmemory')}`;
}

/** How many replicas are connected to a Redis, with its role. */
export function replicasByRole({ host }: Scope): string {
  const role = total(host('redis.role'), `${SERVER}, role`);
  return `${role} * on (${SERVER}) group_left () ${total(host('redis.slaves.connected'), SERVER)}`;
}

/** Share of its limit that the items of memcached take, 0 to 1. */
export function memcachedMemoryShare({ host }: Scope): string {
  return `${host('memcached.bytes')} / ${host('memcached.limit')}`;
}

/** Share of the time of its threads that memcached computes, 0 to 1. */
export function memcachedCpuShare(scope: Scope): string {
  return `${serverRate(scope, 'memcached.cpu.usage')} / ${total(scope.host('memcached.threads'), SERVER)}`;
}

/** Share of the clients that PgBouncer allows which are there, those of all of its pools together, 0 to 1. */
export function clientShare({ host }: Scope): string {
  return `${total(host('pgbouncer.pool.clients'), SERVER)} / ${total(host('pgbouncer.clients.limit'), SERVER)}`;
}

/** The mean of the seconds that PgBouncer's queries or transactions take, or that they waited for a connection. */
export function pgbouncerMean(scope: Scope, time: 'query' | 'transaction' | 'wait'): string {
  const by = `${SERVER}, db_namespace`;
  const count = time === 'query' ? 'pgbouncer.queries' : 'pgbouncer.transactions';
  return `${serverRate(scope, `pgbouncer.${time}.time`, by)} / ${serverRate(scope, count, by)}`;
}
