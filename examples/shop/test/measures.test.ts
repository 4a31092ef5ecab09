import { getObserver } from '@outrider/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryPostgres } from '../../../packages/cli/test/demo/temporary-postgres.ts';
import type { TemporaryPostgres } from '../../../packages/cli/test/demo/temporary-postgres.ts';
import { readMetric, total } from '../../../packages/conformance/src/readings.ts';
import { createShop } from '../src/index.ts';
import type { Shop } from '../src/index.ts';

const PRODUCTS = 'SELECT outrider_shop.products';
const ORDER = 'UPDATE outrider_shop.products INSERT outrider_shop.orders SELECT product';

describe('the shop measures', () => {
  let postgres: TemporaryPostgres;
  let shop: Shop;

  beforeAll(async () => {
    // Whatever sidecar runs on this machine, the test tells it nothing.
    vi.stubEnv('OUTRIDER_SOCKET', '/no/sidecar/here.sock');
    postgres = await temporaryPostgres();
    shop = await createShop({ databaseUrl: postgres.url });
    await shop.listProducts();
    // Two ask for the same at once, and one again later.
    await Promise.all([shop.getProduct('7'), shop.getProduct('7'), shop.getProduct('8')]);
    await shop.getProduct('7');
    for (let order = 0; order < 3; order++) await shop.createOrder(9, 2);
    await shop.salesReport();
  });

  afterAll(async () => {
    await shop?.close();
    await getObserver().shutdown();
    await postgres?.stop();
  });

  function sum(metric: string, attributes: Readonly<Record<string, string>> = {}): number {
    return total(getObserver(), metric, attributes);
  }

  it('its queries, and which of them are slow', () => {
    const counts = [PRODUCTS, ORDER, 'SELECT'].map((summary) => [
      sum('db.client.operation.duration', { 'db.query.summary': summary }),
      sum('db.client.slow_queries', { 'db.query.summary': summary }),
    ]);
    // Of products: the list, two of them, and the report.
    expect(counts.map(([all]) => all)).toEqual([4, 3, 1]);
    expect(counts.at(-1)).toEqual([1, 1]);
  });

  it('its pool: each query waits for a connection, and uses it', () => {
    expect(sum('db.client.connection.wait_time')).toBe(8);
    expect(sum('db.client.connection.use_time')).toBe(8);
    expect(sum('db.client.connection.create_time')).toBeGreaterThan(0);
    expect(sum('db.client.connection.count', { 'db.client.connection.state': 'used' })).toBe(0);
    expect(sum('db.client.connection.count', { 'db.client.connection.state': 'idle' })).toBeGreaterThan(0);
    expect(sum('db.client.connection.limit')).toBe(10);
    expect(sum('db.client.connection.timeouts') + sum('db.client.connection.errors')).toBe(0);
  });

  it('its cache, and the requests that share an answer', () => {
    const operations = (operation: string, result: string): number =>
      sum('cache.operations', { 'cache.operation': operation, 'cache.result': result });
    expect(operations('get', 'hit')).toBe(1);
    expect(operations('get', 'miss')).toBe(3);
    expect(operations('set', 'ok')).toBe(2);
    expect(sum('cache.entries')).toBe(2);
    expect(['unique', 'shared'].map((result) => sum('dedup.requests', { 'dedup.result': result }))).toEqual([2, 1]);
  });

  it('its calls to the courier, behind their breaker', () => {
    const calls = { 'http.request.method': 'POST', 'http.response.status_code': 202 };
    expect(total(getObserver(), 'http.client.request.duration', calls)).toBe(3);
    expect(sum('http.client.active_requests')).toBe(0);
    // Active and idle; how many are kept open for how long is up to undici.
    expect(
      readMetric(getObserver(), 'http.client.open_connections', { 'http.client.pool.name': 'fetch' }),
    ).toHaveLength(2);
    expect(sum('breaker.calls', { 'breaker.result': 'success' })).toBe(3);
    expect(sum('breaker.calls')).toBe(3);
    expect(sum('breaker.state', { 'breaker.state': 'closed' })).toBe(1);
  });

  it('its mails, of which two are sent at once', { timeout: 20_000 }, async () => {
    expect(sum('queue.concurrency', { 'queue.name': 'mails' })).toBe(2);
    await expect.poll(() => sum('operation.duration', { 'operation.name': 'mails' }), { timeout: 10_000 }).toBe(3);
    expect(sum('queue.depth')).toBe(0);
  });

  it('its report and its orders', () => {
    expect(sum('operation.duration', { 'operation.name': 'shop.sales_report' })).toBe(1);
    expect(sum('shop.orders')).toBe(3);
    // Three times two of 8.33.
    expect(readMetric(getObserver(), 'shop.order.value')).toMatchObject([{ value: 3, sum: expect.closeTo(49.98) }]);
  });

  it('visits until they are over', { timeout: 20_000 }, async () => {
    for (const visitor of ['anna', undefined, 'bert', 'anna']) shop.visited(visitor);
    expect(sum('session.active', { 'session.kind': 'visitor' })).toBe(2);
    await expect.poll(() => sum('session.duration'), { timeout: 15_000, interval: 100 }).toBe(2);
    expect(sum('session.active')).toBe(0);
  });
});
