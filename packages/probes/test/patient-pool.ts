import { Pool } from 'pg';
import type { PoolConfig } from 'pg';

/**
 * A pool that hears out a server which is stopped right after it: end() does not wait until its connections are gone,
 * and the server still has a word for them.
 */
export function patientPool(url: string, options: PoolConfig): Pool {
  const pool = new Pool({ connectionString: url, ...options });
  pool.on('error', () => {});
  return pool;
}
