import Router from '@koa/router';
import Koa3 from 'koa';
import type { Context, Middleware } from 'koa';
import Koa2 from 'koa2';
import mount from 'koa-mount';
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startApplication } from '../../conformance/src/application.ts';
import type { Application } from '../../conformance/src/application.ts';
import { allEnded } from '../../conformance/src/ended.ts';
import { ask, assertTemplates, countsByRoute } from '../../conformance/src/route-questions.ts';
import type { Question } from '../../conformance/src/route-questions.ts';
import { outrider } from '../src/index.ts';

/** One way to declare routes. */
interface RouteCase {
  readonly name: string;
  build(app: Koa3, Koa: typeof Koa3): void;
  readonly questions: readonly Question[];
}

function answer(context: Context): void {
  context.body = 'ok';
}

const pass: Middleware = (_context, next) => next();

const ROUTE_CASES: readonly RouteCase[] = [
  {
    name: 'a router with a prefix',
    build: (app) =>
      app.use(new Router({ prefix: '/api/:version' }).get('/', answer).get('/users/:id', answer).routes()),
    questions: [
      { path: '/api/zq1/users/zq2', template: '/api/:version/users/:id' },
      { path: '/api/zq1', template: '/api/:version' },
      { path: '/api/zq1/nowhere/zq2', template: undefined, status: 404 },
    ],
  },
  {
    name: 'routers in routers, with prefixes and parameters',
    build: (app) => {
      const items = new Router({ prefix: '/items' }).get('/:item', answer);
      const shops = new Router({ prefix: '/shops' }).use('/:shop', items.routes());
      app.use(new Router().use('/v/:v', shops.routes()).routes());
    },
    questions: [{ path: '/v/zq1/shops/zq2/items/zq3', template: '/v/:v/shops/:shop/items/:item' }],
  },
  {
    name: 'a middleware of the router that answers',
    build: (app) => {
      const router = new Router({ prefix: '/guarded' });
      router.use((context) => {
        context.status = 401;
      });
      app.use(router.get('/:id', answer).routes());
    },
    questions: [
      { path: '/guarded/zq1', template: '/guarded/:id', status: 401 },
      { path: '/guarded/zq1/zq2', template: undefined, status: 404 },
    ],
  },
  {
    name: 'a middleware of the router for a path that answers',
    build: (app) => {
      const router = new Router();
      router.use('/admin/:area', (context) => {
        context.status = 401;
      });
      app.use(router.get('/admin/:area/:id', answer).routes());
    },
    questions: [{ path: '/admin/zq1/zq2', template: '/admin/:area/:id', status: 401 }],
  },
  {
    name: 'a middleware of the router after the route',
    build: (app) => app.use(new Router().get('/after/:id', answer, pass).use(pass).routes()),
    questions: [{ path: '/after/zq1', template: '/after/:id' }],
  },
  {
    name: 'two routers',
    build: (app) => {
      app.use(new Router().use(pass).get('/one/:id', answer).routes());
      app.use(new Router({ prefix: '/two' }).use(pass).get('/:id', answer).routes());
    },
    questions: [
      { path: '/one/zq1', template: '/one/:id' },
      { path: '/two/zq1', template: '/two/:id' },
      { path: '/three/zq1', template: undefined, status: 404 },
    ],
  },
  {
    name: 'a route that passes on to one of the next router',
    build: (app) => {
      app.use(new Router().get('/shared/:first', pass).routes());
      app.use(new Router().get('/shared/:second', answer).routes());
    },
    questions: [{ path: '/shared/zq1', template: '/shared/:second' }],
  },
  {
    name: 'a route that is a regular expression',
    build: (app) => app.use(new Router().get(/^\/commits\/(\w+)$/, answer).routes()),
    questions: [{ path: '/commits/zq1', template: String.raw`/^\/commits\/(\w+)$/` }],
  },
  {
    name: 'a wildcard, an optional parameter',
    build: (app) => app.use(new Router().get('/wild/*path', answer).get('/optional{/:id}', answer).routes()),
    questions: [
      { path: '/wild/zq1/zq2', template: '/wild/*path' },
      { path: '/optional', template: '/optional{/:id}' },
      { path: '/optional/zq1', template: '/optional{/:id}' },
    ],
  },
  {
    name: 'mounts in mounts',
    build: (app, Koa) => {
      const inner = new Koa().use(new Router().get('/', answer).get('/:id', answer).routes());
      const outer = new Koa().use(mount('/inner', inner)).use(new Router().get('/own/:id', answer).routes());
      app.use(mount('/outer', outer)).use(new Router().get('/outside/:id', answer).routes());
    },
    questions: [
      { path: '/outer/inner/zq1', template: '/outer/inner/:id' },
      { path: '/outer/inner', template: '/outer/inner' },
      { path: '/outer/own/zq1', template: '/outer/own/:id' },
      { path: '/outside/zq1', template: '/outside/:id' },
      { path: '/outer/inner/zq1/zq2', template: undefined, status: 404 },
    ],
  },
  {
    name: 'a mount that falls through to the next, and to the application',
    build: (app, Koa) => {
      app.use(mount('/shop', new Koa().use(new Router().get('/a/:id', answer).routes())));
      app.use(mount('/shop', new Koa().use(new Router().get('/b/:id', answer).routes())));
      app.use(mount('/shop/c', new Koa().use(new Router().get('/:id', answer).routes())));
      app.use(new Router().get('/shop/d/:id', answer).routes());
    },
    questions: [
      { path: '/shop/a/zq1', template: '/shop/a/:id' },
      { path: '/shop/b/zq1', template: '/shop/b/:id' },
      { path: '/shop/c/zq1', template: '/shop/c/:id' },
      { path: '/shop/d/zq1', template: '/shop/d/:id' },
    ],
  },
  {
    name: 'a mount in a mount of the same name, with a slash at its end',
    build: (app, Koa) => {
      const inner = new Koa().use(new Router().get('/:id', answer).get('/x/x/:id', answer).routes());
      app.use(mount('/x/', new Koa().use(mount('/x', inner))));
    },
    questions: [
      { path: '/x/x/zq1', template: undefined, status: 404 },
      { path: '/x//x/zq1', template: '/x/x/:id' },
    ],
  },
  {
    name: 'a mount of a router, without an application',
    build: (app) => app.use(mount('/direct', new Router().get('/:id', answer).routes())),
    questions: [{ path: '/direct/zq1', template: '/direct/:id' }],
  },
  {
    name: 'a mount that throws',
    build: (app, Koa) => {
      const boom = new Router().get('/boom/:id', () => {
        throw Object.assign(new Error('planned'), { status: 418, expose: true });
      });
      app.use(mount('/outer', new Koa().use(mount('/inner', new Koa().use(boom.routes())))));
    },
    questions: [{ path: '/outer/inner/boom/zq1', template: '/outer/inner/boom/:id', status: 418 }],
  },
  {
    name: 'allowedMethods',
    build: (app) => {
      const router = new Router().get('/users/:id', answer);
      app.use(router.routes()).use(router.allowedMethods());
    },
    questions: [
      { path: '/users/zq1', template: undefined, method: 'POST', status: 405 },
      { path: '/users/zq1', template: undefined, method: 'OPTIONS', status: 200 },
      { path: '/users/zq1', template: '/users/:id', method: 'HEAD' },
    ],
  },
  {
    name: 'named routes, several methods, all()',
    build: (app) => {
      const router = new Router().get('user', '/named/:id', answer).all('/any/:id', answer);
      app.use(router.register('/both/:id', ['GET', 'POST'], answer) && router.routes());
    },
    questions: [
      { path: '/named/zq1', template: '/named/:id' },
      { path: '/any/zq1', template: '/any/:id', method: 'DELETE' },
      { path: '/both/zq1', template: '/both/:id', method: 'POST' },
    ],
  },
  {
    name: 'several routes match: those that ran last',
    build: (app) => app.use(new Router().get('/:anything', pass).get('/users', answer).get('/:other', answer).routes()),
    questions: [
      { path: '/users', template: '/users' },
      { path: '/zq1', template: '/:other' },
    ],
  },
  {
    name: 'exclusive: only the last that matches runs',
    build: (app) => {
      const router = new Router({ exclusive: true });
      app.use(router.use(pass).get('/:anything', pass).get('/users/:id', answer).get('/:other', answer).routes());
    },
    questions: [
      { path: '/zq1', template: '/:other' },
      { path: '/users/zq1', template: '/users/:id' },
    ],
  },
  {
    name: 'a path that is rewritten before routing',
    build: (app, Koa) => {
      app.use((context, next) => {
        context.path = context.path.replace(/^\/old/, '/new');
        return next();
      });
      app.use(new Router().get('/new/:id', answer).routes());
      app.use(mount('/new/mounted', new Koa().use(new Router().get('/:id', answer).routes())));
    },
    questions: [
      { path: '/new/zq1', template: '/new/:id' },
      { path: '/old/zq1', template: '/new/:id' },
      { path: '/old/mounted/zq1', template: '/new/mounted/:id' },
    ],
  },
  {
    name: 'a path that is rewritten inside of a mount',
    build: (app, Koa) => {
      const rewriting = new Koa().use((context, next) => {
        context.path = context.path.replace(/^\/from/, '/to');
        return next();
      });
      app.use(mount('/mounted', rewriting.use(new Router().get('/to/:id', answer).routes())));
    },
    questions: [
      { path: '/mounted/to/zq1', template: '/mounted/to/:id' },
      { path: '/mounted/from/zq1', template: '/mounted/to/:id' },
    ],
  },
];

async function start(Koa: typeof Koa3, build: RouteCase['build']): Promise<Application> {
  const application = await startApplication({
    transport: 'http',
    create: async (options = {}) => {
      const app = new Koa();
      app.silent = true;
      app.use(outrider(options));
      build(app, Koa);
      return createServer(app.callback());
    },
  });
  onTestFinished(() => application.close());
  return application;
}

describe.each([
  ['Koa 3', Koa3],
  ['Koa 2', Koa2],
])('%s', (_, Koa) => {
  test.each(ROUTE_CASES)('$name', async ({ build, questions }) => {
    await assertTemplates(await start(Koa, build), questions);
  });
});

test('two copies of Koa in one process share a router, each below its own mount', async () => {
  const router = new Router().get('/:id', answer);
  const three = await start(Koa3, (app) => app.use(mount('/three', router.routes())));
  const two = await start(Koa2, (app) => app.use(mount('/two', router.routes())));
  for (let round = 0; round < 2; round++) {
    expect(await ask(three, '/three/zq1')).toEqual([200, '/three/:id']);
    expect(await ask(two, '/two/zq1')).toEqual([200, '/two/:id']);
  }
});

test('requests under way at the same time do not share their mounts', async () => {
  const waiting = new Map<string, () => void>();
  const wait = async (context: Context): Promise<void> => {
    await new Promise<void>((resolve) => waiting.set(context.originalUrl, resolve));
    context.body = 'ok';
  };
  const application = await start(Koa3, (app, Koa) => {
    const inner = new Koa().use(new Router().get('/:id', wait).routes());
    app.use(mount('/left', inner)).use(mount('/right', inner));
  });
  const paths = ['/left/zq1', '/right/zq2', '/left/zq3'];
  const answers = paths.map((path) => application.send(path));
  await expect.poll(() => waiting.size).toBe(3);
  for (const path of paths.toReversed()) waiting.get(path)!();
  await Promise.all(answers);
  await allEnded(application);
  expect(Object.fromEntries(countsByRoute(application))).toEqual({ '/left/:id': 2, '/right/:id': 1 });
});
