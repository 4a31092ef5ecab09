import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../../packages/cli/src/demo/embedded-postgres.ts';
import { Processes } from '../../../packages/cli/src/demo/processes.ts';
import { createShop } from '../src/index.ts';

it('the shop runs twice on the embedded PostgreSQL, with both pools full', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-test-'));
  await chmod(folder, 0o711);
  const processes = new Processes();
  try {
    const { url } = await startEmbeddedPostgres(processes, join(folder, 'embedded'));
    const shops = await Promise.all([createShop({ databaseUrl: url }), createShop({ databaseUrl: url })]);
    const orders = await Promise.all(
      Array.from({ length: 60 }, (_, index) => shops[index % 2]?.createOrder(1 + (index % 20), 1)),
    );
    expect(new Set(orders.map((order) => order?.id)).size).toBe(60);
    expect((await shops[0].salesReport()).map(({ sold }) => sold)).toEqual(Array.from({ length: 10 }, () => 3));
    await Promise.all(shops.map((shop) => shop.close()));
  } finally {
    await processes.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
