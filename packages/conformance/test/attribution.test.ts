import { serve } from '@hono/node-server';
import { Observer } from '@outrider/core';
import type { OutriderOptions, SlowLogEntry } from '@outrider/core';
import { outrider as expressOutrider } from '@outrider/express';
import { outrider as fastifyOutrider } from '@outrider/fastify';
import { outrider as honoOutrider } from '@outrider/hono';
import { outrider as koaOutrider } from '@outrider/koa';
import { outrider as nodeOutrider } from '@outrider/node';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import type { AsyncLocalStorage } from 'node:async_hooks';
import { Agent, createServer, get } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { connect } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { setTimeout as after, setImmediate as turn } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { afterEach, describe, expect, test } from 'vitest';
import { RequestTime } from '../../core/src/attribution/request-time.ts';
import { listen } from '../src/listen.ts';

const REQUESTS = 1000;
const CONNECTIONS = 50;

// How often handlers have looked in whose context they run, and how often that was wrong.
let asked = 0;
let wrong = 0;

// Inner objects are shared by all copies of the package under these symbols: that is what they are read by here.
function contextNow(): unknown {
  const shared = (globalThis as Record<symbol, unknown>)[Symbol.for('outrider.attribution.v1')];
  return (shared as { readonly storage: AsyncLocalStorage<unknown> }).storage.getStore();
}

function timeOf(response: object): unknown {
  return (response as Record<symbol, { readonly time: unknown }>)[Symbol.for('outrider.exchange.v1')]?.time;
}

/** Asks whether this runs in the context of the request that the response belongs to, or in none if it is excluded. */
function check(request: { readonly url?: string | undefined }, response: object): void {
  asked++;
  const time = timeOf(response);
  const excluded = request.url!.startsWith('/excluded');
  if (contextNow() !== time || excluded !== (time === undefined)) wrong++;
}

/** What handlers do after they have read the body: they wait in every way there is. */
async function work(request: IncomingMessage, response: object): Promise<void> {
  check(request, response);
  await after(1 + (asked % 7));
  check(request, response);
  await new Promise<void>((resolve) =>
    setTimeout(() => {
      check(request, response);
      process.nextTick(() => {
        check(request, response);
        queueMicrotask(resolve);
      });
    }, 1),
  );
  await turn();
  check(request, response);
}

/** A handler of Node.js that reads the body by the events of the request. */
function byEvents(request: IncomingMessage, response: ServerResponse): void {
  check(request, response);
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    check(request, response);
    body += chunk;
  });
  request.on('end', () => {
    check(request, response);
    void work(request, response).then(() => response.end(String(JSON.parse(body).number)));
  });
}

type Start = (options: OutriderOptions) => Promise<Server>;

const FRAMEWORKS: Readonly<Record<string, Start>> = {
  'Express with express.json': async (options) => {
    const app = express();
    app.use(expressOutrider(options as object), express.json());
    app.use((request, response) => work(request, response).then(() => response.send(String(request.body.number))));
    return createServer(app);
  },
  'Koa with a body that is read as a stream': async (options) => {
    const app = new Koa();
    app.use(koaOutrider(options));
    app.use(async (context) => {
      const { number } = (await json(context.req)) as { readonly number: number };
      await work(context.req, context.res);
      context.body = String(number);
    });
    return createServer(app.callback());
  },
  'Fastify with its own parser': async (options) => {
    const app = fastify();
    await app.register(fastifyOutrider, options);
    app.post('/*', async (request, reply) => {
      await work(request.raw, reply.raw);
      return String((request.body as { readonly number: number }).number);
    });
    await app.ready();
    return app.server;
  },
  'Hono with c.req.json': async (options) => {
    const app = new Hono<{ Bindings: { incoming: IncomingMessage; outgoing: ServerResponse } }>();
    app.use(honoOutrider(options));
    app.post('/*', async (context) => {
      const { number } = await context.req.json<{ readonly number: number }>();
      await work(context.env.incoming, context.env.outgoing);
      return context.text(String(number));
    });
    return serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1', createServer }) as Server;
  },
  'node:http with events': async (options) => nodeOutrider(createServer(byEvents), options),
  'node:http2 with events': async (options) => nodeOutrider(createHttp2Server(byEvents as never), options) as Server,
};

/** Paths of which every fifth is excluded. */
function pathOf(number: number): string {
  return `${number % 5 === 0 ? '/excluded' : '/items'}/${number}`;
}

/** The head of a request, and the body as two pieces that travel apart. */
function piecesOf(number: number): [string, string] {
  const body = JSON.stringify({ number, padding: 'x'.repeat(number % 300) });
  const head = `POST ${pathOf(number)} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  return [`${head}\r\n${body.slice(0, 4)}`, body.slice(4)];
}

/** Sends its share of the requests on one connection, pipelined, and reads all the answers. */
async function pipelined(port: number, numbers: readonly number[]): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  let received = '';
  const answered = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk;
      if (received.split('HTTP/1.1 200').length > numbers.length) resolve();
    });
  });
  for (const number of numbers) {
    const [first, second] = piecesOf(number);
    socket.write(first);
    await turn();
    socket.write(second);
  }
  await answered;
  socket.destroy();
}

async function multiplexed(port: number, numbers: readonly number[]): Promise<void> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  await Promise.all(
    numbers.map(async (number) => {
      const stream = session.request({ ':method': 'POST', ':path': pathOf(number) });
      const [, body] = piecesOf(number);
      stream.write('{"nu');
      await turn();
      stream.end(body);
      expect(await text(stream)).toBe(String(number));
    }),
  );
  session.close();
}

describe('with attribution, whatever a handler waits for, it is the same request', () => {
  let observer: Observer;
  let close: () => Promise<void>;

  afterEach(async () => {
    await close();
    await observer.shutdown();
  });

  test.each(Object.entries(FRAMEWORKS))('%s', { timeout: 60_000 }, async (name, start) => {
    asked = 0;
    wrong = 0;
    observer = new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
    const entries: SlowLogEntry[] = [];
    const server = await start({
      observer,
      attribution: true,
      exclude: [/^\/excluded/],
      slowMs: 0,
      log: (entry) => void entries.push(entry),
    });
    let port: number;
    if (server.listening) {
      port = (server.address() as AddressInfo).port;
      close = () => new Promise((resolve) => void server.close(() => resolve()));
    } else ({ port, close } = await listen(server));
    const send = name.startsWith('node:http2') ? multiplexed : pipelined;
    const perConnection = REQUESTS / CONNECTIONS;
    await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, at) =>
        send(
          port,
          Array.from({ length: perConnection }, (_one, index) => at * perConnection + index),
        ),
      ),
    );
    expect(wrong).toBe(0);
    expect(asked).toBeGreaterThanOrEqual(5 * REQUESTS);
    expect(entries.length).toBeGreaterThan(0);
    for (const { parts } of entries) expect(parts).toBeDefined();
  });
});

test('of requests that are over nothing is kept but the last of each connection', { timeout: 60_000 }, async () => {
  const observer = new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
  const before = queryObjects(RequestTime, { format: 'count' });
  let split = 0;
  const server = createServer((request, response) => {
    if (timeOf(response) instanceof RequestTime) split++;
    request.resume().on('end', () => response.end());
  });
  const { port, close } = await listen(nodeOutrider(server, { observer, attribution: true }));
  const agent = new Agent({ keepAlive: true, maxSockets: 5 });
  await Promise.all(
    Array.from({ length: REQUESTS }, async () => {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        get({ port, host: '127.0.0.1', agent }, resolve).on('error', reject);
      });
      await text(response);
    }),
  );
  expect(split).toBe(REQUESTS);
  // Counting collects garbage first.
  expect(queryObjects(RequestTime, { format: 'count' }) - before).toBeLessThanOrEqual(2 * 5);
  agent.destroy();
  await close();
  await observer.shutdown();
});
