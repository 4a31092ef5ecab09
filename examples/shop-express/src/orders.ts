import { parseOrderRequest } from '@outrider-examples/shop';
import type { Shop } from '@outrider-examples/shop';
import express from 'express';
import type { Router } from 'express';

/** What is mounted at `/orders`. */
export function orders(shop: Shop): Router {
  const router = express.Router();

  router.post('/', express.json(), async (request, response) => {
    const wanted = parseOrderRequest(request.body);
    if (!wanted) {
      response.status(400).json({ error: 'Expected {"productId": 7, "quantity": 1}.' });
      return;
    }
    const order = await shop.createOrder(wanted.productId, wanted.quantity);
    if (order) response.status(201).location(`/orders/${order.id}`).json(order);
    else response.status(404).json({ error: 'There is no such product.' });
  });

  router.get('/:id', async (request, response) => {
    const order = await shop.getOrder(request.params.id);
    if (order) response.json(order);
    else response.status(404).json({ error: 'There is no such order.' });
  });

  return router;
}
