import type { FastifyInstance, FastifyReply, FastifyServerOptions } from 'fastify';
import { test } from 'vitest';
import { assertTemplates } from '../../conformance/src/route-questions.ts';
import type { Question } from '../../conformance/src/route-questions.ts';
import { start } from './start.ts';

/** One way to declare routes. */
interface RouteCase {
  readonly name: string;
  readonly server?: FastifyServerOptions;
  build(app: FastifyInstance): void;
  readonly questions: readonly Question[];
}

const answer = async (): Promise<string> => 'ok';

async function boom(): Promise<never> {
  throw Object.assign(new Error('planned'), { statusCode: 418 });
}

const ROUTE_CASES: readonly RouteCase[] = [
  {
    name: 'prefixes in prefixes, with parameters',
    build: (app) => {
      app.register(
        async (shops) => {
          shops.get('/', answer);
          shops.register(
            async (items) => {
              items.get('/', answer);
              items.get('/:item', answer);
            },
            { prefix: '/:shop/items' },
          );
        },
        { prefix: '/shops' },
      );
    },
    questions: [
      { path: '/shops/zq1/items/zq2', template: '/shops/:shop/items/:item' },
      { path: '/shops/zq1/items', template: '/shops/:shop/items' },
      { path: '/shops/zq1/items/', template: '/shops/:shop/items' },
      { path: '/shops', template: '/shops' },
      { path: '/shops/', template: '/shops' },
      { path: '/shops/zq1/nowhere', template: undefined, status: 404 },
    ],
  },
  {
    name: 'a query string, a parameter that holds another',
    build: (app) => app.get('/users/:id', answer),
    questions: [
      { path: '/users/zq1?token=zq2', template: '/users/:id' },
      { path: '/users/zq1%2Fzq2', template: '/users/:id' },
      { path: '/users/users', template: '/users/:id' },
      { path: '/', template: undefined, status: 404 },
    ],
  },
  {
    name: 'HEAD, of Fastify and of its own',
    build: (app) => {
      app.get('/users/:id', answer);
      app.route({ method: 'HEAD', url: '/heads/:id', handler: async (_, reply) => reply.send() });
      app.get('/headless/:id', { exposeHeadRoute: false }, answer);
    },
    questions: [
      { path: '/users/zq1', template: '/users/:id', method: 'HEAD' },
      { path: '/heads/zq1', template: '/heads/:id', method: 'HEAD' },
      { path: '/headless/zq1', template: undefined, method: 'HEAD', status: 404 },
    ],
  },
  {
    name: 'methods: several, all, none for the path',
    build: (app) => {
      app.route({ method: ['GET', 'POST'], url: '/both/:id', handler: answer });
      app.all('/any/:id', answer);
      app.options('/both/:id', answer);
    },
    questions: [
      { path: '/both/zq1', template: '/both/:id', method: 'POST' },
      { path: '/both/zq1', template: '/both/:id', method: 'OPTIONS' },
      { path: '/both/zq1', template: undefined, method: 'DELETE', status: 404 },
      { path: '/any/zq1', template: '/any/:id', method: 'PATCH' },
    ],
  },
  {
    name: 'wildcards',
    build: (app) => {
      app.get('/files/*', answer);
      app.options('*', answer);
    },
    questions: [
      { path: '/files/zq1/zq2', template: '/files/*' },
      { path: '/files/', template: '/files/*' },
      { path: '/anything/zq1', template: '*', method: 'OPTIONS' },
      { path: '/anything/zq1', template: undefined, status: 404 },
    ],
  },
  {
    name: 'regular expressions, several parameters in a segment, optional ones',
    build: (app) => {
      app.get(String.raw`/only/:id(^[a-z]+\d+)`, answer);
      app.get('/near/:lat-:lng', answer);
      app.get(String.raw`/at/:hour(^[a-z]+\d{2})h:minute(^\d{2})m`, answer);
      app.get('/optional/:id?', answer);
    },
    questions: [
      { path: '/only/zq12', template: String.raw`/only/:id(^[a-z]+\d+)` },
      { path: '/only/zqx', template: undefined, status: 404 },
      { path: '/near/zq1-zq2', template: '/near/:lat-:lng' },
      { path: '/at/zq08h30m', template: String.raw`/at/:hour(^[a-z]+\d{2})h:minute(^\d{2})m` },
      { path: '/optional', template: '/optional/:id?' },
      { path: '/optional/zq1', template: '/optional/:id?' },
    ],
  },
  {
    name: 'constraints: versions and hosts',
    build: (app) => {
      app.get('/versioned/:id', { constraints: { version: '1.2.0' } }, answer);
      app.get('/versioned/:id/two', { constraints: { version: '2.0.0' } }, answer);
      app.get('/hosted/:id', { constraints: { host: 'one.example' } }, answer);
    },
    questions: [
      { path: '/versioned/zq1', template: '/versioned/:id', headers: { 'accept-version': '1.x' } },
      { path: '/versioned/zq1/two', template: '/versioned/:id/two', headers: { 'accept-version': '2.x' } },
      { path: '/versioned/zq1', template: undefined, status: 404, headers: { 'accept-version': '3.x' } },
      { path: '/versioned/zq1', template: undefined, status: 404 },
      { path: '/hosted/zq1', template: '/hosted/:id', headers: { host: 'one.example' } },
      { path: '/hosted/zq1', template: undefined, status: 404, headers: { host: 'two.example' } },
    ],
  },
  {
    name: 'trailing slashes, strict',
    build: (app) => {
      app.get('/without/:id', answer);
      app.get('/with/:id/', answer);
    },
    questions: [
      { path: '/without/zq1', template: '/without/:id' },
      { path: '/without/zq1/', template: undefined, status: 404 },
      { path: '/with/zq1/', template: '/with/:id/' },
      { path: '/with/zq1', template: undefined, status: 404 },
    ],
  },
  {
    name: 'trailing slashes, double slashes and case, all lenient',
    server: { routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, caseSensitive: false } },
    build: (app) => {
      app.get('/Without/:id', answer);
      app.register(async (inner) => inner.get('/', answer), { prefix: '/inner' });
    },
    questions: [
      { path: '/without/zq1', template: '/Without/:id' },
      { path: '/WITHOUT//zq1/', template: '/Without/:id' },
      { path: '/inner/', template: '/inner' },
      { path: '/inner', template: '/inner' },
    ],
  },
  {
    name: '404 handlers, one a prefix',
    build: (app) => {
      const notFound = (_: unknown, reply: FastifyReply): void => void reply.code(410).send('gone');
      app.setNotFoundHandler(notFound);
      app.register(
        async (inner) => {
          inner.setNotFoundHandler((_, reply) => void reply.code(404).send('nothing here'));
          inner.get('/:id', answer);
        },
        { prefix: '/inner' },
      );
    },
    questions: [
      { path: '/inner/zq1', template: '/inner/:id' },
      { path: '/inner/zq1/zq2', template: undefined, status: 404 },
      { path: '/outside/zq1', template: undefined, status: 410 },
    ],
  },
  {
    name: 'a route that calls the 404 handler',
    build: (app) => {
      app.get('/users/:id', (_, reply) => {
        reply.callNotFound();
      });
    },
    questions: [{ path: '/users/zq1', template: '/users/:id', status: 404 }],
  },
  {
    name: 'errors: of a handler, of hooks, of a serializer, of the body',
    build: (app) => {
      app.get('/thrown/:id', boom);
      app.get('/on-request/:id', { onRequest: boom }, answer);
      app.get('/pre-parsing/:id', { preParsing: boom }, answer);
      app.get('/pre-validation/:id', { preValidation: boom }, answer);
      app.get('/pre-handler/:id', { preHandler: boom }, answer);
      app.get('/on-send/:id', { onSend: boom }, answer);
      app.get('/pre-serialization/:id', { preSerialization: boom }, async () => ({ id: 1 }));
      app.get('/on-response/:id', { onResponse: boom }, answer);
      app.get(
        '/checked/:id',
        { schema: { params: { type: 'object', properties: { id: { type: 'integer' } } } } },
        answer,
      );
      app.post('/body', answer);
    },
    questions: [
      ...['thrown', 'on-request', 'pre-parsing', 'pre-validation', 'pre-handler', 'on-send', 'pre-serialization'].map(
        (name) => ({ path: `/${name}/zq1`, template: `/${name}/:id`, status: 418 }),
      ),
      { path: '/on-response/zq1', template: '/on-response/:id' },
      { path: '/checked/zq1', template: '/checked/:id', status: 400 },
      { path: '/body', template: '/body', method: 'POST', headers: { 'content-type': 'no/such' }, status: 415 },
    ],
  },
  {
    name: 'a hook that answers before the route',
    build: (app) => {
      app.addHook('onRequest', (request, reply, done) => {
        if (request.url.startsWith('/guarded')) reply.code(401).send('no');
        else done();
      });
      app.get('/guarded/:id', answer);
      app.get('/open/:id', answer);
    },
    questions: [
      { path: '/guarded/zq1', template: '/guarded/:id', status: 401 },
      { path: '/guarded/zq1/zq2', template: undefined, status: 401 },
      { path: '/open/zq1', template: '/open/:id' },
    ],
  },
  {
    name: 'two plugins with the same template of their own',
    build: (app) => {
      for (const prefix of ['/one', '/two']) app.register(async (inner) => inner.get('/:id', answer), { prefix });
    },
    questions: [
      { path: '/one/zq1', template: '/one/:id' },
      { path: '/two/zq1', template: '/two/:id' },
    ],
  },
  {
    name: 'a path that is rewritten before routing',
    server: { rewriteUrl: ({ url = '/' }) => url.replace(/^\/old/, '/new') },
    build: (app) => app.get('/new/:id', answer),
    questions: [
      { path: '/new/zq1', template: '/new/:id' },
      { path: '/old/zq1', template: '/new/:id' },
    ],
  },
];

test.each(ROUTE_CASES)('$name', async ({ server = {}, build, questions }) => {
  await assertTemplates(await start(build, { server }), questions);
});
