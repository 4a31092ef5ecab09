import { createAdaptorServer } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import type { Context, MiddlewareHandler } from 'hono';
import { every, except } from 'hono/combine';
import { HTTPException } from 'hono/http-exception';
import { mount } from 'hono/mount';
import { LinearRouter } from 'hono/router/linear-router';
import { PatternRouter } from 'hono/router/pattern-router';
import { SmartRouter } from 'hono/router/smart-router';
import { TrieRouter } from 'hono/router/trie-router';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startApplication } from '../../conformance/src/application.ts';
import { ask, assertTemplates } from '../../conformance/src/route-questions.ts';
import type { Question } from '../../conformance/src/route-questions.ts';
import { outrider } from '../src/index.ts';
import { start } from './start.ts';

/** One way to declare routes. */
interface RouteCase {
  readonly name: string;
  build(app: Hono): void;
  readonly questions: readonly Question[];
}

const answer = (context: Context): Response => context.text('ok');
const pass: MiddlewareHandler = (_context, next) => next();
const refuse: MiddlewareHandler = async (context, _next) => context.text('no', 401);

function boom(): never {
  throw new HTTPException(418);
}

const ROUTE_CASES: readonly RouteCase[] = [
  {
    name: 'routes in routes, with parameters',
    build: (app) => {
      const items = new Hono().get('/', answer).get('/:item', answer);
      app.route('/shops', new Hono().get('/', answer).route('/:shop/items', items));
    },
    questions: [
      { path: '/shops/zq1/items/zq2?q=zq3', template: '/shops/:shop/items/:item' },
      { path: '/shops/zq1/items', template: '/shops/:shop/items' },
      { path: '/shops', template: '/shops' },
      { path: '/shops/zq1/nowhere', template: undefined, status: 404 },
      { path: '/', template: undefined, status: 404 },
    ],
  },
  {
    name: 'basePath',
    build: (app) => {
      app.basePath('/api/:version').get('/users/:id', answer).use('/guarded/*', refuse);
      app.route('/outer', new Hono().basePath('/inner').get('/:id', answer));
    },
    questions: [
      { path: '/api/zq1/users/zq2', template: '/api/:version/users/:id' },
      { path: '/outer/inner/zq1', template: '/outer/inner/:id' },
      { path: '/api/zq1/guarded/zq2', template: undefined, status: 401 },
    ],
  },
  {
    name: 'regular expressions, optional parameters, wildcards',
    build: (app) => {
      app.get('/only/:id{[a-z]+[0-9]+}', answer).get('/optional/:id?', answer).get('/files/*', answer);
      app.get('/rest/:path{.+}', answer).get('/near/:lat/*/:lng', answer);
    },
    questions: [
      { path: '/only/zq12', template: '/only/:id{[a-z]+[0-9]+}' },
      { path: '/only/12zq', template: undefined, status: 404 },
      { path: '/optional', template: '/optional/:id?' },
      { path: '/optional/zq1', template: '/optional/:id?' },
      { path: '/files/zq1/zq2', template: '/files/*' },
      { path: '/files', template: '/files/*' },
      { path: '/rest/zq1/zq2', template: '/rest/:path{.+}' },
      { path: '/near/zq1/zq2/zq3', template: '/near/:lat/*/:lng' },
    ],
  },
  {
    name: 'methods: HEAD, all(), on() with lists, none for the path',
    build: (app) => {
      app.get('/users/:id', answer).all('/any/:id', answer);
      app.on(['PUT', 'PURGE'], ['/one/:id', '/two/:id'], answer);
      app.options('/users/:id', answer);
    },
    questions: [
      { path: '/users/zq1', template: '/users/:id', method: 'HEAD' },
      { path: '/users/zq1', template: '/users/:id', method: 'OPTIONS' },
      { path: '/users/zq1', template: undefined, method: 'DELETE', status: 404 },
      { path: '/any/zq1', template: '/any/:id', method: 'PATCH' },
      { path: '/one/zq1', template: '/one/:id', method: 'PUT' },
      { path: '/two/zq1', template: '/two/:id', method: 'PUT' },
    ],
  },
  {
    name: 'middleware: before, beside and after the route',
    build: (app) => {
      app.use(pass).use('/users/*', pass).get('/users/:id', pass, answer).use('/users/*', pass).use(pass);
    },
    questions: [
      { path: '/users/zq1', template: '/users/:id' },
      { path: '/users/zq1/zq2', template: undefined, status: 404 },
    ],
  },
  {
    name: 'a middleware that answers in place of the route',
    build: (app) => {
      app.use('/guarded/*', refuse).get('/guarded/:id', answer).get('/own/:id', refuse, answer);
      app.get('/:first/:second', pass).use('/late/*', refuse);
    },
    questions: [
      { path: '/guarded/zq1', template: '/guarded/:id', status: 401 },
      { path: '/guarded/zq1/zq2', template: undefined, status: 401 },
      { path: '/own/zq1', template: '/own/:id', status: 401 },
      { path: '/late/zq1', template: '/:first/:second', status: 401 },
    ],
  },
  {
    name: 'middleware that is combined',
    build: (app) => {
      app.use('/combined/*', every(pass, pass, refuse)).get('/combined/:id', answer);
      app.use('/open/*', except('/open/*', refuse), every(pass, pass)).get('/open/:id', answer);
    },
    questions: [
      { path: '/combined/zq1', template: '/combined/:id', status: 401 },
      { path: '/open/zq1', template: '/open/:id' },
    ],
  },
  {
    name: 'several routes match: the last that was called',
    build: (app) => app.get('/:anything', pass).get('/users', answer).get('/:other', answer),
    questions: [
      { path: '/users', template: '/users' },
      { path: '/zq1', template: '/:other' },
    ],
  },
  {
    name: 'a route that passes on to none',
    build: (app) => app.get('/users/:id', pass),
    questions: [{ path: '/users/zq1', template: '/users/:id', status: 404 }],
  },
  {
    name: 'handlers that take next, and middleware that does not',
    build: (app) => {
      app.get('/takes/:id', async (context, _next) => context.text('ok'));
      app.use('/takes-none/*', async (context) => context.text('ok'));
    },
    questions: [
      { path: '/takes/zq1', template: '/takes/:id' },
      { path: '/takes-none/zq1', template: '/takes-none/*' },
    ],
  },
  {
    name: 'sub-applications with handlers of their own for errors and for what is not found',
    build: (app) => {
      const inmost = new Hono().get('/thrown/:id', boom).get('/:id', answer).use(pass);
      inmost.onError((_, context) => context.text('inmost', 418));
      const inner = new Hono().use(pass).route('/inmost', inmost).use('/guarded/*', refuse).get('/thrown/:id', boom);
      inner.onError((_, context) => context.text('inner', 420 as 418)).notFound((context) => context.text('none', 404));
      app.route('/inner', inner);
    },
    questions: [
      { path: '/inner/inmost/zq1', template: '/inner/inmost/:id' },
      { path: '/inner/inmost/thrown/zq1', template: '/inner/inmost/thrown/:id', status: 418 },
      { path: '/inner/thrown/zq1', template: '/inner/thrown/:id', status: 420 },
      { path: '/inner/guarded/zq1', template: undefined, status: 401 },
      { path: '/inner/nowhere/zq1', template: undefined, status: 404 },
    ],
  },
  {
    name: 'errors: thrown, rejected, in a middleware, handled',
    build: (app) => {
      app.onError((error, context) => context.text(error.message, 500));
      app.get('/thrown/:id', () => {
        throw new Error('planned');
      });
      app.get('/rejected/:id', async () => Promise.reject(new Error('planned')));
      app.use('/before/*', async (_context, _next) => Promise.reject(new Error('planned'))).get('/before/:id', answer);
    },
    questions: ['thrown', 'rejected', 'before'].map((name) => ({
      path: `/${name}/zq1`,
      template: `/${name}/:id`,
      status: 500,
    })),
  },
  {
    name: 'mounted applications, of Hono and of others',
    build: (app) => {
      const inner = new Hono().get('/:id', answer).get('/', answer);
      app.mount('/mounted', inner.fetch);
      app.mount('/other/:shop', () => new Response('ok'));
      app.all('/helper/*', mount(inner.fetch));
      app.route('/nested', new Hono().onError(boom).mount('/mounted', inner.fetch));
      app.use('/mounted-and-guarded/*', refuse).mount('/mounted-and-guarded', inner.fetch);
    },
    questions: [
      { path: '/mounted/zq1', template: '/mounted/*' },
      { path: '/mounted', template: '/mounted/*' },
      { path: '/mounted/zq1/zq2', template: '/mounted/*', status: 404 },
      { path: '/other/zq1/zq2', template: '/other/:shop/*' },
      { path: '/helper/zq1', template: '/helper/*' },
      { path: '/nested/mounted/zq1', template: '/nested/mounted/*' },
      { path: '/mounted-and-guarded/zq1', template: '/mounted-and-guarded/*', status: 401 },
    ],
  },
  {
    name: 'files: a middleware for all paths is no route, a route is',
    build: (app) => {
      app.use('/assets/*', serveStatic({ root: import.meta.dirname, rewriteRequestPath: () => '/start.ts' }));
      app.get('/files/*', serveStatic({ root: import.meta.dirname, rewriteRequestPath: () => '/start.ts' }));
    },
    questions: [
      { path: '/assets/zq1', template: undefined },
      { path: '/files/zq1', template: '/files/*' },
    ],
  },
  {
    name: 'a route for all that is left',
    build: (app) => app.get('/users/:id', answer).all('*', (context) => context.text('nothing', 404)),
    questions: [
      { path: '/users/zq1', template: '/users/:id' },
      { path: '/zq1/zq2', template: '/*', status: 404 },
    ],
  },
];

test.each(ROUTE_CASES)('$name', async ({ build, questions }) => {
  await assertTemplates(await start(build), questions);
});

describe('other routers and copies of Hono', () => {
  test.each([
    ['TrieRouter', () => new TrieRouter()],
    ['LinearRouter', () => new LinearRouter()],
    ['PatternRouter', () => new PatternRouter()],
    ['SmartRouter', () => new SmartRouter({ routers: [new TrieRouter()] })],
  ])('%s', async (_, router) => {
    const build = (app: Hono): unknown => app.route('/shops', new Hono().get('/:shop/items/:item', answer));
    const application = await start(build, {}, new Hono({ router: router() as never }));
    expect(await ask(application, '/shops/zq1/items/zq2')).toEqual([200, '/shops/:shop/items/:item']);
  });

  test('the copy that require() loads', async () => {
    const { Hono: Required } = createRequire(import.meta.url)('hono') as { Hono: typeof Hono };
    expect(Required).not.toBe(Hono);
    const build = (app: Hono): unknown => app.get('/users/:id', answer).mount('/mounted', () => new Response('ok'));
    const application = await start(build, {}, new Required());
    expect(await ask(application, '/users/zq1')).toEqual([200, '/users/:id']);
    expect(await ask(application, '/mounted/zq1')).toEqual([200, '/mounted/*']);
  });

  test('used in a sub-application, only what is in it', async () => {
    const application = await startApplication({
      transport: 'http',
      create: async (options) => {
        const sub = new Hono().use(outrider(options)).get('/:id', answer);
        const app = new Hono().get('/outside', answer).route('/sub', sub);
        return createAdaptorServer({ fetch: app.fetch }) as Server;
      },
    });
    onTestFinished(() => application.close());
    expect(await ask(application, '/sub/zq1')).toEqual([200, '/sub/:id']);
    expect((await application.send('/outside')).headers).not.toHaveProperty('x-request-id');
  });
});
