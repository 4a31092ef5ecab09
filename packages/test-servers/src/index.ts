export { startMariadb } from './mariadb.ts';
export { startMemcached } from './memcached.ts';
export { startPostgres } from './postgres.ts';
export { startRedis } from './redis.ts';
export type { TestServer } from './server.ts';
