import { createAdaptorServer } from '@hono/node-server';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { requestId } from 'hono/request-id';
import { stream, streamSSE, streamText } from 'hono/streaming';
import type { Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { startApplication } from '../../conformance/src/application.ts';
import { allEnded } from '../../conformance/src/ended.ts';
import { UUID } from '../../conformance/src/expectations.ts';
import { markReached } from '../../conformance/src/reached.ts';
import { readMetric, total } from '../../conformance/src/readings.ts';
import { outrider } from '../src/index.ts';
import { start } from './start.ts';

const DURATION = 'http.server.request.duration';
const STREAMS = 'http.server.stream.duration';

/** What `start` passes on, with Node's own request and response. */
type NodeHono = Hono<{ Bindings: HttpBindings }>;

const later = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('the request id', () => {
  test('is c.get("requestId") and on the answer', async () => {
    const application = await start((app) => {
      app.get('/', (c) => {
        expectTypeOf(c.get('requestId')).toBeString();
        return c.text(c.var.requestId);
      });
    });
    const made = await application.send('/');
    expect(made.body).toMatch(UUID);
    expect(made.headers['x-request-id']).toBe(made.body);
    const kept = await application.send('/', { headers: { 'x-request-id': 'abc' } });
    expect([kept.body, kept.headers['x-request-id']]).toEqual(['abc', 'abc']);
  });

  test("leaves the header to Hono's own middleware, where there is one", async () => {
    const application = await start((app) => app.use(requestId()).get('/', (c) => c.text(c.get('requestId'))));
    const { body, rawHeaders } = await application.send('/', { headers: { 'x-request-id': 'abc' } });
    expect(body).toBe('abc');
    expect(rawHeaders.filter((name) => name.toLowerCase() === 'x-request-id')).toHaveLength(1);
  });

  test('none where there is to be none', async () => {
    const application = await start((app) => app.get('/', (c) => c.json({ id: c.get('requestId') })), {
      requestId: false,
    });
    const { body, headers } = await application.send('/', { headers: { 'x-request-id': 'abc' } });
    expect([body, 'x-request-id' in headers]).toEqual(['{}', false]);
  });
});

describe('every kind of answer has both headers and is recorded once', () => {
  test.each<[string, (app: Hono) => unknown, { status?: number; body?: string; matched?: false }?]>([
    ['text', (app) => app.get('/', (c) => c.text('ok')), { body: 'ok' }],
    ['json', (app) => app.get('/', (c) => c.json({ ok: true })), { body: '{"ok":true}' }],
    [
      'a Response of its own',
      (app) => app.get('/', () => new Response('ok', { status: 202 })),
      { status: 202, body: 'ok' },
    ],
    ['no body', (app) => app.get('/', (c) => c.body(null, 204)), { status: 204 }],
    ['304', (app) => app.get('/', (c) => c.body(null, 304)), { status: 304 }],
    ['a redirect', (app) => app.get('/', (c) => c.redirect('/there')), { status: 302 }],
    ['bytes', (app) => app.get('/', (c) => c.body(new Uint8Array([111, 107]))), { body: 'ok' }],
    ['a stream', (app) => app.get('/', (c) => c.body(new Blob(['ok']).stream())), { body: 'ok' }],
    [
      'a stream over time',
      (app) =>
        app.get('/', (c) =>
          streamText(c, async (text) => {
            await text.write('one ');
            await later(20);
            await text.write('two');
          }),
        ),
      { body: 'one two' },
    ],
    ['a stream of nothing', (app) => app.get('/', (c) => stream(c, async () => undefined)), { body: '' }],
    ['a compressed one', (app) => app.use(compress()).get('/', (c) => c.text('ok '.repeat(2000)))],
    ['a header of its own', (app) => app.get('/', (c) => c.text('ok', 200, { 'X-Own': '1' }))],
    [
      'what is written to the raw response',
      (app) =>
        (app as unknown as NodeHono).get('/', (c) => {
          c.env.outgoing.writeHead(203);
          c.env.outgoing.end('raw');
          return RESPONSE_ALREADY_SENT;
        }),
      { status: 203, body: 'raw' },
    ],
    ['nothing found', (app) => app.get('/other', (c) => c.text('ok')), { status: 404, matched: false }],
    [
      'an error',
      (app) =>
        app
          .onError((_, c) => c.text('failed', 500))
          .get('/', () => {
            throw new Error('planned');
          }),
      { status: 500, body: 'failed' },
    ],
    [
      'what is thrown and no error, which the server answers',
      (app) =>
        app.get('/', () => {
          // oxlint-disable-next-line typescript/only-throw-error -- Hono hands on what is no Error
          throw 'planned';
        }),
      { status: 500 },
    ],
  ])('%s', async (_, build, { status = 200, body, matched = true } = {}) => {
    const application = await start(build as (app: Hono) => void);
    const answer = await application.send('/', { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.status).toBe(status);
    if (body !== undefined) expect(answer.body).toBe(body);
    expect(answer.headers).toMatchObject({
      'x-response-time': expect.stringMatching(/^\d+\.\d{3}ms$/),
      'x-request-id': expect.stringMatching(UUID),
    });
    await allEnded(application);
    const attributes = {
      'http.request.method': 'GET',
      ...(matched && { 'http.route': '/' }),
      'http.response.status_code': status,
      'url.scheme': 'http',
      ...(status === 500 && { 'error.type': '500' }),
    };
    expect(readMetric(application.observer, DURATION)).toMatchObject([{ attributes, value: 1 }]);
    expect(total(application.observer, 'http.server.request.outcomes', { outcome: 'completed' })).toBe(1);
    expect(total(application.observer, 'http.server.active_requests')).toBe(0);
  });

  test('an event stream is no latency', async () => {
    const application = await start((app) =>
      app.get('/events', (c) =>
        streamSSE(c, async (events) => {
          await events.writeSSE({ data: 'one' });
          await later(40);
          await events.writeSSE({ data: 'two' });
        }),
      ),
    );
    expect((await application.send('/events')).body).toBe('data: one\n\ndata: two\n\n');
    await allEnded(application);
    expect(total(application.observer, DURATION)).toBe(0);
    expect(readMetric(application.observer, STREAMS)).toMatchObject([
      { attributes: { 'http.route': '/events' }, value: 1 },
    ]);
    expect(readMetric(application.observer, STREAMS)[0]!.sum).toBeGreaterThan(0.035);
  });
});

describe('a client that leaves', () => {
  test('before the headers', async () => {
    let aborted = false;
    const application = await start((app) =>
      (app as unknown as NodeHono).get('/:id', (c) => {
        markReached(c.env.incoming);
        c.req.raw.signal.addEventListener('abort', () => (aborted = true));
        return new Promise<Response>(() => undefined);
      }),
    );
    await application.leave('/1', { after: 'request' });
    await allEnded(application, 1);
    expect(readMetric(application.observer, DURATION)).toMatchObject([
      { attributes: { 'http.route': '/:id', 'error.type': 'client_disconnect' }, value: 1 },
    ]);
    expect(total(application.observer, 'http.server.request.outcomes', { outcome: 'aborted_before_headers' })).toBe(1);
    await expect.poll(() => aborted).toBe(true);
  });

  test('in the middle of a stream', async () => {
    const application = await start((app) =>
      app.get('/:id', (c) =>
        streamText(c, async (text) => {
          while (!text.aborted) {
            await text.write('more\n');
            await later(5);
          }
        }),
      ),
    );
    await application.leave('/1', { after: 'first-bytes' });
    await allEnded(application, 1);
    expect(readMetric(application.observer, DURATION)).toMatchObject([
      { attributes: { 'http.route': '/:id', 'error.type': 'client_disconnect', 'http.response.status_code': 200 } },
    ]);
    expect(total(application.observer, 'http.server.active_requests')).toBe(0);
  });
});

test('the middleware used twice counts once', async () => {
  const application = await startApplication({
    transport: 'http',
    create: async (options) => {
      const app = new Hono()
        .use(outrider(options))
        .use(outrider(options))
        .get('/', (c) => c.text('ok'));
      return createAdaptorServer({ fetch: app.fetch }) as Server;
    },
  });
  const { rawHeaders } = await application.send('/');
  expect(rawHeaders.filter((name) => name.toLowerCase() === 'x-response-time')).toHaveLength(1);
  await allEnded(application);
  expect(total(application.observer, DURATION)).toBe(1);
  await application.close();
});

test.each([
  ['HTTP/2', { createServer: createHttp2Server }, 'h2c'],
  ["Node's own Request and Response", { overrideGlobalObjects: false }, 'http'],
] as const)('served with %s', async (_, serverOptions, transport) => {
  const application = await startApplication({
    transport,
    create: async (options) => {
      const app = new Hono().use(outrider(options)).get('/users/:id', (c) => c.text(c.get('requestId')));
      return createAdaptorServer({ fetch: app.fetch, ...serverOptions }) as Server;
    },
  });
  const { body, headers } = await application.send('/users/1', { headers: { 'x-request-id': 'abc' } });
  expect([body, headers['x-request-id']]).toEqual(['abc', 'abc']);
  expect(headers['x-response-time']).toMatch(/ms$/);
  await allEnded(application);
  expect(total(application.observer, DURATION, { 'http.route': '/users/:id' })).toBe(1);
  await application.close();
});

test('a wrong option throws at once, and names it', () => {
  expect(() => outrider({ slowMS: 5 } as object)).toThrow('did you mean slowMs?');
});

test('without the request of Node.js it passes on, and says so once', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on('warning', note);
  const app = new Hono().use(outrider()).get('/', (c) => c.json({ id: c.get('requestId') }));
  for (const env of [undefined, {}, undefined]) expect(await (await app.request('/', {}, env)).text()).toBe('{}');
  await later(0);
  process.off('warning', note);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatchObject({ name: 'OutriderWarning', message: expect.stringContaining('@hono/node-server') });
});
