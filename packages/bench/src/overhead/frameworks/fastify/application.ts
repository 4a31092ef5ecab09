import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Server } from 'node:net';
import type { Variant } from '../../framework.ts';
import { health, order, user } from '../answers.ts';
import { KEEP_ALIVE_MS } from '../listen.ts';

interface Route {
  readonly Params: { readonly id: string };
}

/** The application under measurement, of the same routes as Express's. */
export async function serve(variant: Variant<FastifyInstance>): Promise<Server> {
  const app = fastify({ keepAliveTimeout: KEEP_ALIVE_MS });
  await variant.install(app);
  app.get<Route>('/users/:id', async ({ params }) => user(params.id));
  await app.register(
    async (api) => {
      api.get<Route>('/orders/:id', async ({ params }) => order(params.id));
    },
    { prefix: '/api' },
  );
  app.get('/health', async () => health());
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}
