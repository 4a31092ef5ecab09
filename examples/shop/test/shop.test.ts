import { getObserver } from '@outrider/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryPostgres } from '../../../packages/cli/test/demo/temporary-postgres.ts';
import type { TemporaryPostgres } from '../../../packages/cli/test/demo/temporary-postgres.ts';
import { createShop } from '../src/index.ts';
import type { Shop } from '../src/index.ts';

describe('the shop', () => {
  let postgres: TemporaryPostgres;
  let shop: Shop;

  beforeAll(async () => {
    // Whatever sidecar runs on this machine, the test tells it nothing.
    vi.stubEnv('OUTRIDER_SOCKET', '/no/sidecar/here.sock');
    postgres = await temporaryPostgres();
    // Two applications may open it at once.
    const [first, second] = await Promise.all([
      createShop({ databaseUrl: postgres.url }),
      createShop({ databaseUrl: postgres.url }),
    ]);
    await second.close();
    shop = first;
  });

  afterAll(async () => {
    await shop?.close();
    await getObserver().shutdown();
    await postgres?.stop();
  });

  it('lists products', async () => {
    const products = await shop.listProducts();
    expect(products).toHaveLength(50);
    expect(products[0]).toEqual({ id: 1, name: 'Product 1', priceCents: 537 });
  });

  it('gives a product, the second time from the cache', async () => {
    const product = await shop.getProduct('7');
    expect(product).toMatchObject({ id: 7, name: 'Product 7' });
    expect(await shop.getProduct('7')).toBe(product);
  });

  it.each(['0', '301', '-1', '1e3', 'seven', '9999999999', ''])('knows no product %s', async (id) => {
    expect(await shop.getProduct(id)).toBeUndefined();
  });

  it('takes an order, which drops the product from the cache', async () => {
    const before = await shop.getProduct('9');
    const order = await shop.createOrder(9, 3);
    expect(order).toEqual({ id: expect.any(Number), productId: 9, quantity: 3, totalCents: 3 * before!.priceCents });
    expect(await shop.getOrder(String(order!.id))).toEqual(order);
    expect(await shop.getProduct('9')).not.toBe(before);
  });

  it('takes no order for a product that does not exist', async () => {
    expect(await shop.createOrder(301, 1)).toBeUndefined();
    expect(await shop.getOrder('0')).toBeUndefined();
  });

  it('reports the best sellers, slowly', async () => {
    await shop.createOrder(11, 100);
    const started = performance.now();
    expect((await shop.salesReport())[0]).toEqual({ productId: 11, name: 'Product 11', sold: 100 });
    expect(performance.now() - started).toBeGreaterThan(290);
  });

  it('says so when the database cannot be reached', async () => {
    const databaseUrl = 'postgresql://nobody@127.0.0.1:1/none';
    await expect(createShop({ databaseUrl })).rejects.toThrow('ECONNREFUSED');
  });
});
