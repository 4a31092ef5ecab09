import Router from '@koa/router';
import Koa from 'koa';
import { createServer } from 'node:http';
import type { Server } from 'node:net';
import type { Variant } from '../../framework.ts';
import { health, order, user } from '../answers.ts';
import { listen } from '../listen.ts';

/** The application under measurement, of the same routes as Express's. */
export function serve(variant: Variant<Koa>): Promise<Server> {
  const app = new Koa();
  variant.install(app);
  const router = new Router();
  router.get('/users/:id', (context) => {
    context.body = user(context.params['id']);
  });
  const api = new Router();
  api.get('/orders/:id', (context) => {
    context.body = order(context.params['id']);
  });
  router.use('/api', api.routes());
  router.get('/health', (context) => {
    context.body = health();
  });
  app.use(router.routes());
  return listen(createServer(app.callback()));
}
