import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getObserver } from '@outrider/core';
import { expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../../packages/cli/src/demo/embedded-postgres.ts';
import { Processes } from '../../../packages/cli/src/demo/processes.ts';
import { total } from '../../../packages/conformance/src/readings.ts';
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
    // It works on one query at a time: the others wait for it, and none of them in vain.
    const observer = getObserver();
    expect(total(observer, 'db.client.operation.duration', { 'db.operation.name': 'UPDATE' })).toBe(60);
    expect(total(observer, 'db.client.connection.wait_time')).toBe(60);
    expect(total(observer, 'db.client.connection.pending_requests.max')).toBeGreaterThan(0);
    for (const failures of ['timeouts', 'errors']) expect(total(observer, `db.client.connection.${failures}`)).toBe(0);
    expect(total(observer, 'shop.orders')).toBe(60);
    expect((await shops[0].salesReport()).map(({ sold }) => sold)).toEqual(Array.from({ length: 10 }, () => 3));
    await Promise.all(shops.map((shop) => shop.close()));
  } finally {
    await processes.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
