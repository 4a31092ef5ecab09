import websocket from '@fastify/websocket';
import type { Observer } from '@outrider/core';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { UUID } from '../../conformance/src/expectations.ts';
import { quietObserver } from '../../conformance/src/quiet-observer.ts';
import { readMetric, total } from '../../conformance/src/readings.ts';
import { outrider } from '../src/index.ts';

const STREAMS = 'http.server.stream.duration';
const DURATION = 'http.server.request.duration';

const running: FastifyInstance[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
});

interface Listening {
  readonly observer: Observer;
  readonly app: FastifyInstance;
  readonly url: string;
}

async function listen(build: (app: FastifyInstance, observer: Observer) => Promise<unknown>): Promise<Listening> {
  const observer = quietObserver();
  const app = fastify();
  running.push(app);
  await app.register(websocket);
  await build(app, observer);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { observer, app, url: `ws://127.0.0.1:${(app.server.address() as AddressInfo).port}` };
}

/** Says a word, waits for the answer, and leaves. */
async function talk(url: string, headers: Record<string, string> = {}): Promise<string> {
  const socket = new WebSocket(url, { headers });
  await once(socket, 'open');
  const answered = once(socket, 'message') as Promise<[Buffer]>;
  socket.send('word');
  const [answer] = await answered;
  socket.close();
  await once(socket, 'close');
  return answer.toString();
}

/** The status that an upgrade is refused with. */
async function refusal(url: string): Promise<number> {
  const socket = new WebSocket(url);
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number; resume(): void }];
  response.resume();
  socket.terminate();
  return response.statusCode;
}

async function ended(observer: Observer, count: number): Promise<void> {
  await expect.poll(() => total(observer, 'http.server.request.outcomes')).toBe(count);
  expect(total(observer, 'http.server.active_requests')).toBe(0);
}

function echo(app: FastifyInstance, path = '/rooms/:room'): void {
  app.get(path, { websocket: true }, (socket, { id }) => {
    socket.on('message', () => socket.send(id));
  });
}

test('a stream of its route, from its beginning to its close, also as the very first request', async () => {
  const { observer, url } = await listen(async (app, given) => {
    await app.register(outrider, { observer: given });
    echo(app);
  });
  const socket = new WebSocket(`${url}/rooms/1`, { headers: { 'x-request-id': 'abc' } });
  await once(socket, 'open');
  expect(total(observer, 'http.server.active_requests')).toBe(1);
  expect(total(observer, 'http.server.request.outcomes')).toBe(0);
  const answered = once(socket, 'message') as Promise<[Buffer]>;
  socket.send('word');
  expect(String((await answered)[0])).toBe('abc');
  socket.close();
  await ended(observer, 1);
  expect(total(observer, DURATION)).toBe(0);
  expect(readMetric(observer, STREAMS)).toMatchObject([
    { attributes: { 'http.route': '/rooms/:room', 'http.response.status_code': 101 }, value: 1 },
  ]);
  expect(total(observer, 'http.server.request.outcomes', { outcome: 'completed' })).toBe(1);
});

test('the request id is that of Fastify, and a bad one is counted once', async () => {
  const { observer, url } = await listen(async (app, given) => {
    await app.register(outrider, { observer: given });
    echo(app);
  });
  expect(await talk(`${url}/rooms/1`, { 'x-request-id': 'not valid' })).toMatch(UUID);
  await ended(observer, 1);
  expect(total(observer, 'outrider.request_ids.rejected')).toBe(1);
});

test('what is refused, or has no route, is an answer like any other', async () => {
  const { observer, url } = await listen(async (app, given) => {
    await app.register(outrider, { observer: given });
    app.addHook('onRequest', async (request, reply) => {
      if (request.url.startsWith('/guarded')) await reply.code(401).send();
    });
    echo(app);
    echo(app, '/guarded/:room');
  });
  expect(await refusal(`${url}/guarded/1`)).toBe(401);
  expect(await refusal(`${url}/nowhere`)).toBe(404);
  await ended(observer, 2);
  expect(total(observer, STREAMS)).toBe(0);
  expect(total(observer, DURATION, { 'http.route': '/guarded/:room', 'http.response.status_code': 401 })).toBe(1);
  expect(total(observer, DURATION, { 'http.response.status_code': 404 })).toBe(1);
  expect(total(observer, DURATION)).toBe(2);
});

test('registered in a plugin it measures the websockets of that one only', async () => {
  const { observer, url } = await listen(async (app, given) => {
    echo(app);
    await app.register(
      async (inner) => {
        await inner.register(outrider, { observer: given });
        echo(inner);
        inner.get('/plain', async () => 'ok');
      },
      { prefix: '/inner' },
    );
  });
  await fetch(`${url.replace('ws', 'http')}/inner/plain`);
  await talk(`${url}/rooms/1`);
  expect(await talk(`${url}/inner/rooms/1`, { 'x-request-id': 'not valid' })).toMatch(UUID);
  await ended(observer, 2);
  expect(readMetric(observer, STREAMS)).toMatchObject([
    { attributes: { 'http.route': '/inner/rooms/:room', 'http.response.status_code': 101 }, value: 1 },
  ]);
  expect(total(observer, 'outrider.request_ids.rejected')).toBe(1);
});

test('registered in several places it counts each once', async () => {
  const { observer, url } = await listen(async (app, given) => {
    await app.register(outrider, { observer: given });
    await app.register(
      async (inner) => {
        await inner.register(outrider, { observer: given });
        echo(inner);
      },
      { prefix: '/inner' },
    );
  });
  await talk(`${url}/inner/rooms/1`);
  await ended(observer, 1);
  expect(total(observer, STREAMS, { 'http.route': '/inner/rooms/:room' })).toBe(1);
});

test('a server of websockets beside Fastify is measured on the outermost instance', async () => {
  const beside = new WebSocketServer({ noServer: true });
  const observer = quietObserver();
  const app = fastify();
  running.push(app);
  await app.register(outrider, { observer });
  app.server.on('upgrade', (request, socket, head) => {
    beside.handleUpgrade(request, socket, head, (client) => client.on('message', () => client.send('echo')));
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  expect(await talk(`ws://127.0.0.1:${(app.server.address() as AddressInfo).port}/beside`)).toBe('echo');
  await ended(observer, 1);
  expect(total(observer, STREAMS, { 'http.response.status_code': 101 })).toBe(1);
});
