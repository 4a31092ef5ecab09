import { json } from 'node:stream/consumers';
import { Router } from '@koa/router';
import { parseOrderRequest } from '@outrider-examples/shop';
import type { Shop } from '@outrider-examples/shop';

/** What is mounted at `/orders`. */
export function orders(shop: Shop): Router {
  const router = new Router();

  router.post('/', async (ctx) => {
    const wanted = parseOrderRequest(await json(ctx.req).catch(() => undefined));
    if (!wanted) {
      ctx.status = 400;
      ctx.body = { error: 'Expected {"productId": 7, "quantity": 1}.' };
      return;
    }
    const order = await shop.createOrder(wanted.productId, wanted.quantity);
    if (order) ctx.set('Location', `/orders/${order.id}`);
    ctx.status = order ? 201 : 404;
    ctx.body = order ?? { error: 'There is no such product.' };
  });

  router.get('/:id', async (ctx) => {
    const order = await shop.getOrder(ctx.params['id'] ?? '');
    ctx.status = order ? 200 : 404;
    ctx.body = order ?? { error: 'There is no such order.' };
  });

  return router;
}
