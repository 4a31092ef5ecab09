import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import type { Duplex } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { readMetric, total } from '../../../conformance/src/readings.ts';
import { until } from '../../../conformance/src/until.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { Instrumentation } from '../../src/http/instrumentation.ts';
import type { OutriderOptions } from '../../src/http/options.ts';
import { seeEvents, watchUpgrades } from '../../src/http/server-watch.ts';
import { Observer } from '../../src/observer.ts';

const UPGRADE = 'GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n';
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';
const PLAIN = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
const LIFE = 'http.server.stream.duration';

interface Watched {
  readonly observer: Observer;
  readonly instrumentation: Instrumentation;
  readonly server: Server;
  /** Sends a text and reads until the server ends its side. */
  ask(text: string): Promise<string>;
}

type UpgradeListener = (request: IncomingMessage, socket: Duplex, instrumentation: Instrumentation) => void;

// A framework as the adapters meet it: it begins its requests, and finds the route in their context.
async function framework(onUpgrade: UpgradeListener, options: OutriderOptions = {}): Promise<Watched> {
  const observer = new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
  const findRoute = ({ context }: Exchange): string | undefined => context as string | undefined;
  const instrumentation = new Instrumentation({ ...options, observer }, findRoute);
  const server = createServer((request, response) => {
    instrumentation.begin(request, response, '/plain');
    response.end('plain');
  });
  server.on('upgrade', (request, socket) => {
    // A client may be gone before it has read what it was sent.
    socket.on('error', () => {});
    onUpgrade(request, socket, instrumentation);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const ask = async (text: string): Promise<string> => {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let received = '';
    client.on('data', (data) => (received += String(data)));
    client.write(text);
    await new Promise((resolve) => client.once('close', resolve));
    return received;
  };
  return { observer, instrumentation, server, ask };
}

async function ended({ observer }: Watched, count: number): Promise<void> {
  await until(() => total(observer, 'http.server.request.outcomes') === count, `${count} requests ended`);
  expect(total(observer, 'http.server.active_requests')).toBe(0);
}

test('a framework has its server watched by its first request, also if that is not measured', async () => {
  const watched = await framework((_, socket) => void socket.end(SWITCH), { exclude: ['/'] });
  await watched.ask(UPGRADE);
  await watched.ask(PLAIN);
  await watched.ask(UPGRADE);
  await ended(watched, 1);
  expect(readMetric(watched.observer, LIFE).map(({ attributes }) => attributes['http.response.status_code'])).toEqual([
    101,
  ]);
});

test('an upgrade that a framework routes with a response of its own has its route, id and headers, and counts once', async () => {
  const ids: Array<string | undefined> = [];
  const watched = await framework((request, socket, instrumentation) => {
    const response = new ServerResponse(request);
    response.assignSocket(socket as never);
    const exchange = instrumentation.begin(request, response, '/live/:id');
    ids.push(exchange?.id, instrumentation.requestId(request));
    expect(instrumentation.begin(request, response, '/mounted')).toBeUndefined();
    response.writeHead(401).end('who are you?', () => socket.end());
  });
  watchUpgrades(watched.server, watched.instrumentation);
  const answer = await watched.ask(UPGRADE);
  expect(answer).toMatch(/^HTTP\/1\.1 401/);
  expect(answer).toContain(`X-Request-ID: ${ids[0]}`);
  expect(ids[1]).toBe(ids[0]);
  await ended(watched, 1);
  expect(readMetric(watched.observer, 'http.server.request.duration').map(({ attributes }) => attributes)).toEqual([
    {
      'http.request.method': 'GET',
      'http.response.status_code': 401,
      'http.route': '/live/:id',
      'url.scheme': 'http',
    },
  ]);
});

test('an upgrade that a framework routes without a response has its route, and the id that it is given', async () => {
  let exchange: Exchange | undefined;
  const watched = await framework((request, socket, instrumentation) => {
    exchange = instrumentation.begin(request, undefined, '/live/:id', 'given');
    expect(instrumentation.begin(request, undefined, '/mounted')).toBeUndefined();
    socket.end(SWITCH);
  });
  watchUpgrades(watched.server, watched.instrumentation);
  await watched.ask(UPGRADE);
  await ended(watched, 1);
  expect(exchange).toMatchObject({ id: 'given', request: { id: 'given' } });
  expect(total(watched.observer, LIFE, { 'http.route': '/live/:id' })).toBe(1);
});

test('a refusal has ended when it is written, whatever the client does with its side', async () => {
  const watched = await framework((_, socket) => void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
  watchUpgrades(watched.server, watched.instrumentation);
  const client = connect({
    port: (watched.server.address() as AddressInfo).port,
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  onTestFinished(() => void client.destroy());
  client.resume().write(UPGRADE);
  await ended(watched, 1);
  expect(client.writable).toBe(true);
});

test('an upgrade that is made up is counted as any other', async () => {
  const watched = await framework((_, socket) => void socket.end(SWITCH));
  watchUpgrades(watched.server, watched.instrumentation);
  const socket = new PassThrough();
  watched.server.emit('upgrade', { method: 'GET', url: '/live', headers: {} }, socket, Buffer.alloc(0));
  socket.resume();
  await ended(watched, 1);
  expect(total(watched.observer, LIFE)).toBe(1);
});

test('an upgrade that is closed by the time it comes here ends at once', async () => {
  const watched = await framework((request, socket, instrumentation) => {
    socket.on('close', () => setImmediate(() => instrumentation.beginUpgrade(request, socket)));
    socket.destroy();
  });
  await watched.ask(UPGRADE);
  await ended(watched, 1);
  expect(total(watched.observer, 'http.server.request.outcomes', { outcome: 'destroyed_by_server' })).toBe(1);
});

test('a server that is watched by several counts an upgrade once, and has no listener more', async () => {
  const counts: number[] = [];
  const watched = await framework((_, socket) => {
    counts.push(watched.server.listenerCount('upgrade'));
    socket.end(SWITCH);
  });
  const other = new Instrumentation({ observer: watched.observer }, undefined);
  watchUpgrades(watched.server, watched.instrumentation);
  watchUpgrades(watched.server, other);
  await watched.ask(UPGRADE);
  await ended(watched, 1);
  expect(counts).toEqual([1]);
});

test('nothing is made of an event that nobody listens for', async () => {
  const watched = await framework(() => undefined);
  watchUpgrades(watched.server, watched.instrumentation);
  const socket = new PassThrough();
  expect(watched.server.emit('connect', new IncomingMessage(socket as never), socket, Buffer.alloc(0))).toBe(false);
  expect(total(watched.observer, 'http.server.active_requests')).toBe(0);
});

test('events are seen before any listener, with what they are given, and answered as ever', () => {
  const server = createServer();
  const order: unknown[] = [];
  server.on('custom', (...given: unknown[]) => order.push(['listener', ...given]));
  seeEvents(server, (event, given) => order.push([event, ...given]));
  server.prependListener('custom', () => order.push('first'));
  expect(server.emit('custom', 1, 2)).toBe(true);
  expect(server.emit('nobody')).toBe(false);
  expect(order).toEqual([['custom', 1, 2], 'first', ['listener', 1, 2], ['nobody']]);
});
