import type { Shop } from '@outrider-examples/shop';
import { outrider } from '@outrider/hono';
import { Hono } from 'hono';
import { orders } from './orders.ts';

/** The shop on Hono. */
export function createApp(shop: Shop): Hono {
  const app = new Hono();
  app.use(outrider({ exclude: ['/healthz'], slowMs: 400, attribution: true, serverTiming: true }));

  app.get('/healthz', (c) => c.json({ status: 'ok' }));

  app.get('/products', async (c) => c.json(await shop.listProducts()));

  app.get('/products/:id', async (c) => {
    const product = await shop.getProduct(c.req.param('id'));
    return product ? c.json(product) : c.json({ error: 'There is no such product.' }, 404);
  });

  app.route('/orders', orders(shop));

  app.get('/reports/sales', async (c) => c.json(await shop.salesReport()));

  app.get('/fail', () => {
    throw new Error('This route always fails.');
  });

  return app;
}
