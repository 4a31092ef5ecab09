import { Router } from '@koa/router';
import type { Shop } from '@outrider-examples/shop';
import { outrider } from '@outrider/koa';
import Koa from 'koa';
import { orders } from './orders.ts';

/** The shop on Koa. */
export function createApp(shop: Shop): Koa {
  const app = new Koa();
  app.use(outrider({ exclude: ['/healthz'], slowMs: 400, attribution: true, serverTiming: true }));

  const router = new Router();

  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'ok' };
  });

  router.get('/products', async (ctx) => {
    ctx.body = await shop.listProducts();
  });

  router.get('/products/:id', async (ctx) => {
    const product = await shop.getProduct(ctx.params['id'] ?? '');
    ctx.status = product ? 200 : 404;
    ctx.body = product ?? { error: 'There is no such product.' };
  });

  const nested = orders(shop);
  router.use('/orders', nested.routes(), nested.allowedMethods());

  router.get('/reports/sales', async (ctx) => {
    ctx.body = await shop.salesReport();
  });

  router.get('/fail', () => {
    throw new Error('This route always fails.');
  });

  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}
