import Router from '@koa/router';
import { outrider } from '@outrider/koa';
import type { OutriderOptions } from '@outrider/core';
import Koa3 from 'koa';
import Koa2 from 'koa2';
import mount from 'koa-mount';
import type { RequestListener } from 'node:http';
import { PlannedError, RAW_ROUTES } from '../behaviour.ts';
import type { Framework } from '../framework.ts';

/** Koa 3. */
export const koa3Framework: Framework = { name: 'Koa 3', build: (options) => build(Koa3, options) };

/** Koa 2. */
export const koa2Framework: Framework = {
  name: 'Koa 2',
  build: (options) => build(Koa2, options),
};

function build(Koa: typeof Koa3, options: OutriderOptions): RequestListener {
  const app = new Koa();
  // Koa prints every error otherwise; the planned ones are no news.
  app.silent = true;
  app.use(outrider(options));
  app.use(async (context, next) => {
    try {
      await next();
    } catch (error) {
      if (!(error instanceof PlannedError && error.status === 418)) throw error;
      context.status = 418;
      context.body = 'handled';
    }
  });

  const router = new Router();
  for (const [path, behave] of Object.entries(RAW_ROUTES)) {
    router.get(path, (context) => {
      context.respond = false;
      // Koa begins with 404.
      context.res.statusCode = 200;
      behave(context.req, context.res);
    });
  }
  router.get('/users/:id', (context) => {
    context.body = { id: context['params'].id };
  });
  router.post('/users/:id', (context) => {
    context.status = 201;
    context.body = { id: context['params'].id };
  });

  const items = new Router();
  items.get('/', (context) => {
    context.body = [];
  });
  items.get('/:item', (context) => {
    context.body = context['params'];
  });
  items.get('/:item/thrown', () => {
    throw new PlannedError();
  });
  const shops = new Router();
  shops.use('/:shop/items', items.routes());
  router.use('/shops', shops.routes());

  router.get('/thrown', () => {
    throw new PlannedError();
  });
  router.get('/handled', () => {
    throw new PlannedError(418);
  });
  router.get('/rejected', async () => {
    await Promise.reject(new PlannedError());
  });
  router.get('/twice', async (context, next) => {
    context.body = 'once';
    await next();
    await next();
  });
  app.use(router.routes());

  const admin = new Koa();
  const adminRouter = new Router();
  adminRouter.get('/hello/:name', (context) => {
    context.body = `hello ${context['params'].name}`;
  });
  adminRouter.get('/thrown', () => {
    throw new PlannedError();
  });
  admin.use(adminRouter.routes());
  app.use(mount('/admin', admin));
  return app.callback();
}
