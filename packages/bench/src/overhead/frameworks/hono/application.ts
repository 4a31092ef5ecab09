import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { Server } from 'node:net';
import type { Variant } from '../../framework.ts';
import { health, order, user } from '../answers.ts';
import { listen } from '../listen.ts';

/** The application under measurement, of the same routes as Express's. */
export function serve(variant: Variant<Hono>): Promise<Server> {
  const app = new Hono();
  variant.install(app);
  app.get('/users/:id', (context) => context.json(user(context.req.param('id'))));
  const api = new Hono();
  api.get('/orders/:id', (context) => context.json(order(context.req.param('id'))));
  app.route('/api', api);
  app.get('/health', (context) => context.json(health()));
  return listen(createAdaptorServer({ fetch: app.fetch }));
}
