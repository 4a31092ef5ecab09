import { parseOrderRequest } from '@outrider-examples/shop';
import type { Shop } from '@outrider-examples/shop';
import type { FastifyPluginAsync } from 'fastify';

/** What is registered with the prefix `/orders`. */
export function orders(shop: Shop): FastifyPluginAsync {
  return async (app) => {
    app.post('/', async (request, reply) => {
      const wanted = parseOrderRequest(request.body);
      if (!wanted) return reply.code(400).send({ error: 'Expected {"productId": 7, "quantity": 1}.' });
      const order = await shop.createOrder(wanted.productId, wanted.quantity);
      if (!order) return reply.code(404).send({ error: 'There is no such product.' });
      return reply.code(201).header('Location', `/orders/${order.id}`).send(order);
    });

    app.get<{ Params: { id: string } }>('/:id', async (request, reply) => {
      const order = await shop.getOrder(request.params.id);
      return order ?? reply.code(404).send({ error: 'There is no such order.' });
    });
  };
}
