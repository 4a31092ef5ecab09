export { startMariadb } from './mariadb.ts';
export { startMemcached } from './memcached.ts';
export { startPgBouncer } from './pgbouncer.ts';
export type { PgBouncerOptions } from './pgbouncer.ts';
export { startPostgres } from './postgres.ts';
export type { PostgresOptions } from './postgres.ts';
export { startRedis } from './redis.ts';
export type { TestServer } from './server.ts';
