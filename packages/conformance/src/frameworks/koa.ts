import Router from '@koa/router';
import { outrider } from '@outrider/koa';
import type { OutriderOptions } from '@outrider/core';
import Koa3 from 'koa';
import type { Context, Middleware } from 'koa';
import Koa2 from 'koa2';
import mount from 'koa-mount';
import { createReadStream } from 'node:fs';
import type { RequestListener } from 'node:http';
import { basename } from 'node:path';
import { RAW_ROUTES, RAW_UPLOADS } from '../behaviour.ts';
import type { RawHandler } from '../behaviours/raw-handler.ts';
import { BINARY, DOWNLOAD, TEXT } from '../bodies.ts';
import type { Framework, Transport } from '../framework.ts';
import { PlannedError, fail } from '../planned-error.ts';
import { serve } from '../serve.ts';
import { TEMPLATES } from '../templates.ts';

const HASH = /^\/commits\/([a-z0-9]+)$/;

/** Koa 3. */
export const koa3Framework: Framework = framework('Koa 3', Koa3, 'http');

/** Koa 2. */
export const koa2Framework: Framework = framework('Koa 2', Koa2, 'http');

/** Koa 3 on HTTP/2 without TLS. */
export const koa3Http2Framework: Framework = framework('Koa 3 (h2c)', Koa3, 'h2c');

function framework(name: string, Koa: typeof Koa3, transport: Transport): Framework {
  return {
    name,
    family: 'Koa',
    transport,
    templates: { ...TEMPLATES, pattern: String(HASH) },
    create: async (options) => serve(transport, build(Koa, options)),
  };
}

function echo(context: Context): void {
  context.body = context['params'];
}

const pass: Middleware = (_context, next) => next();

function build(Koa: typeof Koa3, options: OutriderOptions | undefined): RequestListener {
  const app = new Koa();
  // Koa prints every error otherwise; the planned ones are no news.
  app.silent = true;
  if (options !== undefined) app.use(outrider(options));
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
  for (const [path, behave] of Object.entries(RAW_ROUTES)) router.get(path, raw(behave));
  for (const [path, behave] of Object.entries(RAW_UPLOADS)) router.post(path, raw(behave));
  router.get('/', (context) => {
    context.body = 'home';
  });
  router.get('/users/me', (context) => {
    context.body = 'me';
  });
  router.get('/users/:id', echo);
  router.post('/users/:id', (context) => {
    context.status = 201;
    context.body = context['params'];
  });
  router.get(HASH, echo);
  router.get(['/first/:id', '/second/:id'], echo);
  router.get('/optional{/:id}', echo).get('/wild/*path', echo).get('/range/:from-:to', echo);
  router.get('/pass/:first', pass).get('/pass/:second', echo);
  router.options('/declared/:id', (context) => {
    context.status = 204;
  });
  bodies(router);
  errors(router);
  nested(router);
  app.use(router.routes());
  routers(app);
  app.use(mount('/admin', mounted(Koa)));
  // Answers OPTIONS, and other methods that a path does not have with 405.
  app.use(router.allowedMethods());
  return app.callback();
}

function raw(behave: RawHandler): Middleware {
  return (context) => {
    context.respond = false;
    // Koa begins with 404.
    context.res.statusCode = 200;
    behave(context.req, context.res);
  };
}

function nested(router: Router): void {
  const items = new Router();
  items.get('/', (context) => {
    context.body = [];
  });
  items.get('/:item', echo).get('/:item/thrown', fail);
  const shops = new Router();
  shops.use('/:shop/items', items.routes());
  router.use('/shops', shops.routes());

  const members = new Router().get('/member/:member', echo);
  const teams = new Router().use('/team/:team', members.routes());
  router.use('/org/:org', teams.routes());
}

function routers(app: Koa3): void {
  app.use(new Router({ prefix: '/strict', strict: true }).get('/:id', echo).routes());
  const guarded = new Router({ prefix: '/guarded' });
  guarded.use((context) => {
    context.status = 401;
  });
  app.use(guarded.get('/:id', echo).routes());
  const onlyOne: Middleware = (context, next) => {
    if (!context['params'].id.startsWith('zqone')) return next();
    context.body = 'one';
    return undefined;
  };
  app.use(new Router({ prefix: '/same' }).get('/:id', onlyOne).routes());
  app.use(new Router({ prefix: '/same' }).get('/:id', echo).routes());
}

function mounted(Koa: typeof Koa3): Koa3 {
  const inner = new Koa();
  inner.use(new Router().get('/greet/:name', echo).routes());
  const admin = new Koa();
  admin.use(new Router().get('/hello/:name', echo).get('/thrown', fail).routes());
  admin.use(mount('/inner', inner));
  return admin;
}

function bodies(router: Router): void {
  router.get('/text', (context) => {
    context.body = TEXT;
  });
  router.get('/binary', (context) => {
    context.body = BINARY;
  });
  router.get('/pipe', (context) => {
    context.body = createReadStream(DOWNLOAD.path);
  });
  router.get('/download', (context) => {
    context.attachment(basename(DOWNLOAD.path));
    context.body = createReadStream(DOWNLOAD.path);
  });
  router.get('/redirect', (context) => context.redirect('/users/me'));
}

function errors(router: Router): void {
  router.get('/thrown', fail);
  router.get('/handled', () => {
    throw new PlannedError(418);
  });
  router.get('/rejected', async () => {
    await Promise.reject(new PlannedError());
  });
  router.get('/late-error', (context) => {
    context.res.statusCode = 200;
    context.res.write('first\n');
    fail();
  });
  router.get('/twice', async (context, next) => {
    context.body = 'once';
    await next();
    await next();
  });
}
