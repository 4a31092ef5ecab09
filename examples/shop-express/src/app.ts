import type { Shop } from '@outrider-examples/shop';
import { outrider } from '@outrider/express';
import express from 'express';
import type { Express } from 'express';
import { orders } from './orders.ts';

/** The shop on Express. */
export function createApp(shop: Shop): Express {
  const app = express();
  app.use(outrider({ exclude: ['/healthz'], slowMs: 400, attribution: true, serverTiming: true }));

  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });

  app.get('/products', async (_request, response) => {
    response.json(await shop.listProducts());
  });

  app.get('/products/:id', async (request, response) => {
    const product = await shop.getProduct(request.params.id);
    if (product) response.json(product);
    else response.status(404).json({ error: 'There is no such product.' });
  });

  app.use('/orders', orders(shop));

  app.get('/reports/sales', async (_request, response) => {
    response.json(await shop.salesReport());
  });

  app.get('/fail', () => {
    throw new Error('This route always fails.');
  });

  return app;
}
