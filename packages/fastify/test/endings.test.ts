import { Readable } from 'node:stream';
import fastify from 'fastify';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import { allEnded } from '../../conformance/src/ended.ts';
import { quietObserver } from '../../conformance/src/quiet-observer.ts';
import { markReached } from '../../conformance/src/reached.ts';
import { readMetric, total } from '../../conformance/src/readings.ts';
import { outrider } from '../src/index.ts';
import { start } from './start.ts';
import type { Application } from '../../conformance/src/application.ts';

const DURATION = 'http.server.request.duration';

interface Ending {
  readonly name: string;
  readonly server?: FastifyServerOptions;
  build(app: FastifyInstance): void;
  /** What is recorded, beside the route `/:id` and the method GET. */
  readonly status?: number;
  readonly error?: string;
  readonly outcome: string;
  /** What the client gets; undefined for nothing whole. */
  readonly body?: string;
}

const ENDINGS: readonly Ending[] = [
  {
    name: 'a stream',
    build: (app) => app.get('/:id', async (_, reply) => reply.send(Readable.from(['one\n', 'two\n']))),
    status: 200,
    outcome: 'completed',
    body: 'one\ntwo\n',
  },
  {
    name: "the web's Response",
    build: (app) => app.get('/:id', async () => new Response('of the web', { status: 202 })),
    status: 202,
    outcome: 'completed',
    body: 'of the web',
  },
  {
    name: 'a stream that fails before its first byte',
    build: (app) => app.get('/:id', async (_, reply) => reply.send(failing([]))),
    status: 500,
    error: '500',
    outcome: 'completed',
  },
  {
    name: 'a stream that fails midway',
    build: (app) => app.get('/:id', async (_, reply) => reply.send(failing(['one\n']))),
    status: 200,
    error: 'server_destroy',
    outcome: 'destroyed_by_server',
  },
  {
    name: 'a hijacked reply',
    build: (app) =>
      app.get('/:id', (_, reply) => {
        reply.hijack();
        reply.raw.writeHead(203, { 'Content-Type': 'text/plain' });
        reply.raw.end('hijacked');
      }),
    status: 203,
    outcome: 'completed',
    body: 'hijacked',
  },
  {
    name: 'the raw response',
    build: (app) =>
      app.get('/:id', async (_, reply) => {
        reply.raw.write('raw ');
        reply.raw.end('bytes');
        return reply;
      }),
    status: 200,
    outcome: 'completed',
    body: 'raw bytes',
  },
  {
    name: 'a response that is destroyed',
    build: (app) => app.get('/:id', (_, reply) => void reply.raw.destroy()),
    error: 'server_destroy',
    outcome: 'destroyed_by_server',
  },
  {
    name: 'an error after the answer',
    build: (app) =>
      app.get('/:id', async (_, reply) => {
        await reply.send('ok');
        throw new Error('planned');
      }),
    status: 200,
    outcome: 'completed',
    body: 'ok',
  },
  {
    name: 'an error handler that fails',
    build: (app) => {
      app.setErrorHandler(() => {
        throw Object.assign(new Error('planned'), { statusCode: 503 });
      });
      app.get('/:id', async () => Promise.reject(new Error('planned')));
    },
    status: 503,
    error: '503',
    outcome: 'completed',
  },
  {
    name: 'a handler that takes too long for Fastify',
    server: { handlerTimeout: 20 },
    build: (app) => app.get('/:id', () => new Promise(() => undefined)),
    status: 503,
    error: '503',
    outcome: 'completed',
  },
  {
    name: 'a connection that takes too long, with a hook for that',
    server: { connectionTimeout: 30 },
    build: (app) => {
      app.addHook('onTimeout', (_request, _reply, done) => done());
      app.get('/:id', () => new Promise(() => undefined));
    },
    error: 'server_destroy',
    outcome: 'destroyed_by_server',
  },
];

function failing(chunks: readonly string[]): Readable {
  const left = [...chunks];
  return new Readable({
    read() {
      const chunk = left.shift();
      if (chunk === undefined) setImmediate(() => this.destroy(new Error('planned')));
      else this.push(chunk);
    },
  });
}

function recorded({ observer }: Application): unknown {
  return readMetric(observer, DURATION).map(({ attributes, value }) => ({ attributes, value }));
}

function expected({ status, error }: Pick<Ending, 'status' | 'error'>): unknown {
  const attributes = {
    'http.request.method': 'GET',
    'http.route': '/:id',
    'url.scheme': 'http',
    ...(status === undefined ? {} : { 'http.response.status_code': status }),
    ...(error === undefined ? {} : { 'error.type': error }),
  };
  return [{ attributes, value: 1 }];
}

function expectAtRest({ observer }: Application): void {
  expect(total(observer, 'http.server.active_requests')).toBe(0);
  expect(total(observer, 'http.server.request.outcomes')).toBe(1);
}

test.each(ENDINGS)('$name', async ({ server = {}, build, status, error, outcome, body }) => {
  const application = await start(build, { server });
  const answer = await application.send('/1').catch(() => undefined);
  if (body !== undefined) expect(answer?.body).toBe(body);
  await allEnded(application, 1);
  expect(recorded(application)).toEqual(expected({ ...(status && { status }), ...(error && { error }) }));
  expect(total(application.observer, 'http.server.request.outcomes', { outcome })).toBe(1);
  expectAtRest(application);
});

describe('a client that leaves', () => {
  test('before the headers', async () => {
    const application = await start((app) =>
      app.get('/:id', ({ raw }) => {
        markReached(raw);
        return new Promise(() => undefined);
      }),
    );
    await application.leave('/1', { after: 'request' });
    await allEnded(application, 1);
    expect(recorded(application)).toEqual(expected({ error: 'client_disconnect' }));
    expectAtRest(application);
  });

  test('in the middle of a stream', async () => {
    const application = await start((app) => app.get('/:id', async (_, reply) => reply.send(endless())));
    await application.leave('/1', { after: 'first-bytes' });
    await allEnded(application, 1);
    expect(recorded(application)).toEqual(expected({ status: 200, error: 'client_disconnect' }));
    expectAtRest(application);
  });
});

describe('requests without a connection, by inject()', () => {
  test.each([
    ['', {}],
    [' as a stream', { payloadAsStream: true as const }],
  ])('are answered%s, and counted as completed', async (_, options) => {
    const observer = quietObserver();
    const app = fastify();
    await app.register(outrider, { observer });
    app.get('/:id', async ({ params }) => params);
    app.get('/thrown', () => Promise.reject(new Error('planned')));
    const { statusCode, headers } = await app.inject({
      url: '/1',
      headers: { 'x-request-id': 'injected' },
      ...options,
    });
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({ 'x-request-id': 'injected', 'x-response-time': expect.stringMatching(/ms$/) });
    expect((await app.inject({ url: '/thrown', ...options })).statusCode).toBe(500);
    await expect.poll(() => total(observer, 'http.server.request.outcomes', { outcome: 'completed' })).toBe(2);
    expect(total(observer, DURATION, { 'http.route': '/:id' })).toBe(1);
    expect(total(observer, 'http.server.active_requests')).toBe(0);
  });
});

function endless(): Readable {
  return Readable.from(
    (async function* chunks() {
      for (;;) {
        yield 'more\n';
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })(),
  );
}
