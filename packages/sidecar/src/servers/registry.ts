import type { System } from '../config/watched-server.ts';
import { memcached } from './memcached.ts';
import { pgbouncer } from './pgbouncer.ts';
import { postgresql } from './postgresql.ts';
import { redis } from './redis.ts';
import type { ServerCollectorFactory } from './server-collector.ts';

/** What looks at a server, by its kind. */
export const serverCollectors: Readonly<Record<System, ServerCollectorFactory>> = {
  redis,
  postgresql,
  pgbouncer,
  memcached,
};
