import { serve, upgradeWebSocket } from '@hono/node-server';
import type { Observer } from '@outrider/core';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { quietObserver } from '../../conformance/src/quiet-observer.ts';
import { readMetric, total } from '../../conformance/src/readings.ts';
import { outrider } from '../src/index.ts';

const STREAMS = 'http.server.stream.duration';
const DURATION = 'http.server.request.duration';

const running: Server[] = [];

afterEach(() => {
  for (const server of running.splice(0)) server.close();
});

async function listen(build: (app: Hono) => void): Promise<{ observer: Observer; url: string }> {
  const observer = quietObserver();
  const app = new Hono().use(outrider({ observer }));
  build(app);
  const wss = new WebSocketServer({ noServer: true });
  const server = serve({
    fetch: app.fetch,
    port: 0,
    hostname: '127.0.0.1',
    websocket: { server: wss as never },
  }) as Server;
  running.push(server);
  await once(server, 'listening');
  return { observer, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function echo(app: Hono): void {
  app.get(
    '/rooms/:room',
    upgradeWebSocket((c) => ({
      onMessage: (_, socket) => socket.send(c.get('requestId')),
    })),
  );
}

async function ended(observer: Observer, count: number): Promise<void> {
  await expect.poll(() => total(observer, 'http.server.request.outcomes')).toBe(count);
  expect(total(observer, 'http.server.active_requests')).toBe(0);
}

test.each([
  ['as the very first request', false],
  ['after others', true],
])('a stream of its route, from its beginning to its close, %s', async (_, after) => {
  const { observer, url } = await listen((app) => {
    app.get('/plain', (c) => c.text('ok'));
    echo(app);
  });
  if (after) await (await fetch(`${url.replace('ws', 'http')}/plain`)).text();
  const socket = new WebSocket(`${url}/rooms/1`, { headers: { 'x-request-id': 'abc' } });
  await once(socket, 'open');
  expect(total(observer, 'http.server.active_requests')).toBe(1);
  const answered = once(socket, 'message') as Promise<[Buffer]>;
  socket.send('word');
  expect(String((await answered)[0])).toBe('abc');
  socket.close();
  await ended(observer, after ? 2 : 1);
  expect(total(observer, DURATION)).toBe(after ? 1 : 0);
  expect(readMetric(observer, STREAMS)).toMatchObject([
    { attributes: { 'http.route': '/rooms/:room', 'http.response.status_code': 101 }, value: 1 },
  ]);
});

test('what is refused, or has no route, is an answer like any other', async () => {
  const { observer, url } = await listen((app) => {
    app.use('/rooms/*', async (c, _next) => c.text('no', 401));
    echo(app);
  });
  for (const [path, status] of [
    ['/rooms/1', 401],
    ['/nowhere', 404],
  ] as const) {
    const socket = new WebSocket(url + path);
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(status);
    socket.terminate();
  }
  await ended(observer, 2);
  expect(total(observer, STREAMS)).toBe(0);
  expect(total(observer, DURATION, { 'http.route': '/rooms/:room', 'http.response.status_code': 401 })).toBe(1);
  expect(total(observer, DURATION, { 'http.response.status_code': 404 })).toBe(1);
});
