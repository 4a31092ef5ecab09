import { Pool } from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { temporaryPostgres } from '../../../packages/cli/test/demo/temporary-postgres.ts';
import type { TemporaryPostgres } from '../../../packages/cli/test/demo/temporary-postgres.ts';
import { breakShop } from '../src/break-shop.ts';
import { Faults } from '../src/faults.ts';

let postgres: TemporaryPostgres;
let pool: Pool;

beforeAll(async () => {
  postgres = await temporaryPostgres();
  pool = new Pool({ connectionString: postgres.url, max: 3, connectionTimeoutMillis: 200 });
  // end() does not wait until its connections are gone; the server, stopped right after, still has a word for them.
  pool.on('error', () => {});
});

afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
});

it('holds every connection, those in use as soon as they are given back, and gives all of them back at its end', async () => {
  const used = await pool.connect();
  const stop = breakShop(new Faults('hold-pool@0-1.5'), pool);
  await vi.waitFor(() => expect([pool.totalCount, pool.idleCount]).toEqual([3, 0]), 10_000);
  used.release();
  await expect(pool.query('select 1')).rejects.toThrow('timeout exceeded');
  await vi.waitFor(() => expect(pool.idleCount).toBe(3), 5_000);
  await expect(pool.query('select 1')).resolves.toMatchObject({ rowCount: 1 });
  stop();
});

it('leaks memory for as long as it lasts', async () => {
  const before = process.memoryUsage().arrayBuffers;
  const stop = breakShop(new Faults('leak@0-1'), pool);
  await vi.waitFor(() => expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(2 ** 24), 5_000);
  stop();
});
