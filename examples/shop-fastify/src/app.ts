import type { Shop } from '@outrider-examples/shop';
import { outrider } from '@outrider/fastify';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { orders } from './orders.ts';

/** The shop on Fastify. */
export async function createApp(shop: Shop): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(outrider, { exclude: ['/healthz'], slowMs: 400, attribution: true, serverTiming: true });

  app.get('/healthz', async () => ({ status: 'ok' }));

  app.get('/products', async () => shop.listProducts());

  app.get<{ Params: { id: string } }>('/products/:id', async (request, reply) => {
    const product = await shop.getProduct(request.params.id);
    return product ?? reply.code(404).send({ error: 'There is no such product.' });
  });

  await app.register(orders(shop), { prefix: '/orders' });

  app.get('/reports/sales', async () => shop.salesReport());

  app.get('/fail', async () => {
    throw new Error('This route always fails.');
  });

  return app;
}
