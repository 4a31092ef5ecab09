import { parseOrderRequest } from '@outrider-examples/shop';
import type { Shop } from '@outrider-examples/shop';
import { Hono } from 'hono';

/** What is routed below `/orders`. */
export function orders(shop: Shop): Hono {
  const app = new Hono();

  app.post('/', async (c) => {
    const wanted = parseOrderRequest(await c.req.json<unknown>().catch(() => undefined));
    if (!wanted) return c.json({ error: 'Expected {"productId": 7, "quantity": 1}.' }, 400);
    const order = await shop.createOrder(wanted.productId, wanted.quantity);
    if (!order) return c.json({ error: 'There is no such product.' }, 404);
    return c.json(order, 201, { Location: `/orders/${order.id}` });
  });

  app.get('/:id', async (c) => {
    const order = await shop.getOrder(c.req.param('id'));
    return order ? c.json(order) : c.json({ error: 'There is no such order.' }, 404);
  });

  return app;
}
