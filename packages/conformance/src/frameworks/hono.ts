import { getRequestListener } from '@hono/node-server';
import type { HttpBindings } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { outrider } from '@outrider/hono';
import type { OutriderOptions } from '@outrider/core';
import { Hono } from 'hono';
import type { Context, MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import { createReadStream } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { RAW_ROUTES, RAW_UPLOADS } from '../behaviour.ts';
import type { RawHandler } from '../behaviours/raw-handler.ts';
import { BINARY, DOWNLOAD, TEXT } from '../bodies.ts';
import type { Framework, Transport } from '../framework.ts';
import { PlannedError, fail } from '../planned-error.ts';
import { serve } from '../serve.ts';
import { TEMPLATES } from '../templates.ts';
import type { Templates } from '../templates.ts';

type App = Hono<{ Bindings: HttpBindings }>;

const HONO_TEMPLATES: Templates = {
  ...TEMPLATES,
  pattern: '/commits/:hash{[a-z0-9]+}',
  optional: '/optional/:id?',
  wildcard: '/wild/*',
  // Hono reads a URL as browsers do, and they resolve dots.
  dots: '/',
};

/** Hono 4. */
export const honoFramework: Framework = framework('Hono 4', 'http');

/** Hono 4 on HTTP/2 without TLS. */
export const honoHttp2Framework: Framework = framework('Hono 4 (h2c)', 'h2c');

function framework(name: string, transport: Transport): Framework {
  return {
    name,
    family: 'Hono',
    transport,
    templates: HONO_TEMPLATES,
    create: async (options) => serve(transport, getRequestListener(build(options).fetch)),
  };
}

const echo = (context: Context): Response => context.json(context.req.param());

const pass: MiddlewareHandler = (_context, next) => next();

function build(options: OutriderOptions | undefined): App {
  const app: App = new Hono();
  if (options !== undefined) app.use(outrider(options));
  for (const [path, behave] of Object.entries(RAW_ROUTES)) app.get(path, raw(behave));
  for (const [path, behave] of Object.entries(RAW_UPLOADS)) app.post(path, raw(behave));

  app.get('/', (context) => context.text('home'));
  app.get('/users/me', (context) => context.text('me'));
  app.get('/users/:id', echo);
  app.post('/users/:id', (context) => context.json(context.req.param(), 201));
  app.get(HONO_TEMPLATES.pattern!, echo);
  app.on('GET', ['/first/:id', '/second/:id'], echo);
  app.get(HONO_TEMPLATES.optional!, echo);
  app.get(HONO_TEMPLATES.wildcard!, echo);
  app.get('/strict/:id', echo);
  app.get('/pass/:first', pass);
  app.get('/pass/:second', echo);
  app.options('/declared/:id', (context) => context.body(null, 204));
  routers(app);
  bodies(app);
  errors(app);
  return app;
}

function raw(behave: RawHandler): (context: Context<{ Bindings: HttpBindings }>) => Promise<Response> {
  return async ({ env: { incoming, outgoing } }) => {
    behave(incoming, outgoing);
    // The server cuts off on HTTP/2 what is still being uploaded when the handler is done.
    if (!outgoing.closed) await new Promise((resolve) => outgoing.once('close', resolve));
    return RESPONSE_ALREADY_SENT;
  };
}

function routers(app: App): void {
  const items = new Hono();
  items.get('/', (context) => context.json([]));
  items.get('/:item', echo);
  items.get('/:item/thrown', fail);
  app.route('/shops', new Hono().route('/:shop/items', items));

  const members = new Hono().get('/member/:member', echo);
  app.route('/org/:org', new Hono().route('/team/:team', members));

  // The nearest to a mounted application: one with an error handler of its own.
  const inner = new Hono().get('/greet/:name', echo);
  const admin = new Hono();
  admin.onError((_error, context) => context.text('admin: failed', 500));
  admin.get('/hello/:name', echo);
  admin.get('/thrown', fail);
  app.route('/admin', admin.route('/inner', inner));

  const guarded = new Hono();
  // oxlint-disable-next-line typescript/require-await -- Hono's middleware answers with a promise
  guarded.use(async (context, _next) => context.text('who are you?', 401));
  app.route('/guarded', guarded.get('/:id', echo));
  const onlyOne: MiddlewareHandler = async (context, next) => {
    if (context.req.param('id')!.startsWith('zqone')) return context.text('one');
    await next();
    return undefined;
  };
  app.route('/same', new Hono().get('/:id', onlyOne));
  app.route('/same', new Hono().get('/:id', echo));
}

function bodies(app: App): void {
  const file = (): ReadableStream => Readable.toWeb(createReadStream(DOWNLOAD.path));
  app.get('/text', (context) => context.text(TEXT));
  app.get('/binary', (context) => context.body(new Uint8Array(BINARY)));
  app.get('/pipe', (context) => context.body(file()));
  app.get('/download', (context) => context.body(file(), 200, { 'Content-Disposition': 'attachment' }));
  app.get('/redirect', (context) => context.redirect('/users/me'));
  app.get('/compressed/:name', compress({ threshold: 0 }), async (context, next) => {
    const files = serveStatic({
      root: dirname(DOWNLOAD.path),
      rewriteRequestPath: () => `/${basename(DOWNLOAD.path)}`,
    });
    return (await files(context, next)) ?? context.notFound();
  });
}

function errors(app: App): void {
  app.get('/thrown', fail);
  app.get('/handled', () => {
    throw new PlannedError(418);
  });
  app.get('/rejected', async () => Promise.reject(new PlannedError()));
  app.get('/late-error', (context) => {
    const parts = (async function* (): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('first\n');
      fail();
    })();
    return context.body(Readable.toWeb(Readable.from(parts)));
  });
  app.get('/twice', async (_context, next) => {
    await next();
    await next();
  });
  app.get('/twice', (context) => context.text('once'));
  app.onError((error, context) =>
    error instanceof PlannedError && error.status === 418 ? context.text('handled', 418) : context.text('failed', 500),
  );
}
