import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { readMetric, total } from '../../conformance/src/readings.ts';
import { until } from '../../conformance/src/until.ts';
import { requestId } from '../src/index.ts';
import type { OutriderOptions } from '../src/index.ts';
import { connectTo } from './http1-client.ts';
import type { Connection } from './http1-client.ts';
import { start } from './start.ts';
import type { Started, Transport } from './start.ts';

const LIFE = 'http.server.stream.duration';
const LATENCY = 'http.server.request.duration';
const FIRST_BYTE = 'http.server.time_to_first_byte';

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const UPGRADE = 'GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n';
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n';

async function startWith(
  listener: UpgradeListener,
  { transport = 'http', ...options }: OutriderOptions & { readonly transport?: Transport } = {},
): Promise<Started> {
  const started = await start(transport, (_, response) => void response.end('plain'), options);
  started.server.on('upgrade', listener);
  return started;
}

async function upgrade(started: Started, secure = false): Promise<Connection> {
  const connection = await connectTo(started, secure);
  connection.socket.write(UPGRADE);
  return connection;
}

const underWay = (started: Started): Promise<void> => until(() => started.active === 1, 'the upgrade is under way');

function openWebSocket(started: Started, path: string, headers: Record<string, string> = {}): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${started.port}${path}`, { headers });
  socket.on('error', () => undefined);
  onTestFinished(() => socket.terminate());
  return socket;
}

describe('a WebSocket of ws', () => {
  async function startWebSockets(options: OutriderOptions = {}): Promise<[Started, WebSocketServer]> {
    const started = await start('http', (_, response) => void response.end('plain'), options);
    return [started, new WebSocketServer({ server: started.server as Server, path: '/live' })];
  }

  test('is a stream: its life and first byte are told, and no latency', async () => {
    const [started, sockets] = await startWebSockets({ route: ({ url }) => url });
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data, { binary: false })));
    const socket = openWebSocket(started, '/live');
    const messages: string[] = [];
    socket.on('message', (data: Buffer) => messages.push(data.toString()));
    socket.on('open', () => socket.send('hello'));
    await until(() => messages.length === 1, 'the echo');
    expect(messages).toEqual(['hello']);
    expect(started.active).toBe(1);
    socket.close();
    await started.ended();
    expect(started.outcomes).toEqual({ completed: 1 });
    expect(total(started.observer, LATENCY)).toBe(0);
    const labels = {
      'http.request.method': 'GET',
      'http.route': '/live',
      'http.response.status_code': 101,
      'url.scheme': 'http',
    };
    const [life] = readMetric(started.observer, LIFE);
    expect(life).toMatchObject({ attributes: labels, value: 1 });
    const [first] = readMetric(started.observer, FIRST_BYTE);
    expect(first).toMatchObject({ attributes: labels, value: 1 });
    expect(first!.sum).toBeLessThan(life!.sum!);
  });

  test.each([
    ['closes', (socket: WebSocket) => socket.close()],
    ['terminates', (socket: WebSocket) => socket.terminate()],
  ])('is completed where either side %s it', async (_, end) => {
    const [started, sockets] = await startWebSockets();
    const byClient = openWebSocket(started, '/live');
    await new Promise((resolve) => byClient.once('open', resolve));
    end(byClient);
    await started.ended(1);
    sockets.once('connection', end);
    openWebSocket(started, '/live');
    await started.ended(2);
    expect(started.outcomes).toEqual({ completed: 2 });
  });

  test('that is refused is plain latency with its status', async () => {
    const [started] = await startWebSockets();
    openWebSocket(started, '/elsewhere');
    await started.ended();
    expect(started.outcomes).toEqual({ completed: 1 });
    expect(started.statuses).toEqual([400]);
    expect(total(started.observer, LIFE)).toBe(0);
    expect(total(started.observer, FIRST_BYTE)).toBe(1);
  });

  test('has an id on its request', async () => {
    const [started, sockets] = await startWebSockets();
    const ids: unknown[] = [];
    sockets.on('connection', (_, request) => ids.push(requestId(request)));
    openWebSocket(started, '/live', { 'X-Request-ID': 'mine' });
    await until(() => ids.length === 1, 'the connection');
    expect(ids).toEqual(['mine']);
  });

  test('that is excluded is not counted, and works', async () => {
    const [started, sockets] = await startWebSockets({ exclude: ['/live'] });
    let closed = false;
    sockets.on('connection', (_, { socket }) => socket.on('close', () => (closed = true)));
    openWebSocket(started, '/live').on('open', function close() {
      this.close();
    });
    await until(() => closed, 'the connection is closed');
    expect(started.active).toBe(0);
    expect(started.outcomes).toEqual({});
  });
});

describe.each(['http', 'https', 'h2'] as const)('an upgrade over HTTP/1.1 of a server of %s', (transport) => {
  const secure = transport !== 'http';
  const accept: UpgradeListener = (_, socket) =>
    void socket
      .on('error', () => undefined)
      .resume()
      .write(SWITCH);
  const ignore: UpgradeListener = (_, socket) => void socket.on('error', () => undefined).resume();

  test('that is accepted and reset by the client is cut off mid-stream', async () => {
    const started = await startWith(accept, { transport });
    const connection = await upgrade(started, secure);
    await connection.receives('101');
    connection.raw.resetAndDestroy();
    await started.ended();
    expect(started.outcomes).toEqual({ aborted_mid_stream: 1 });
    expect(total(started.observer, LIFE, { 'error.type': 'client_disconnect' })).toBe(1);
  });

  test('that is accepted and ended by the client is completed', async () => {
    const started = await startWith(
      (request, socket, head) => {
        accept(request, socket, head);
        socket.on('end', () => socket.end());
      },
      { transport },
    );
    const connection = await upgrade(started, secure);
    await connection.receives('101');
    connection.socket.end();
    await started.ended();
    expect(started.outcomes).toEqual({ completed: 1 });
  });

  test.each([
    ['leaves', ({ raw }: Connection) => void raw.destroy()],
    ['resets', ({ raw }: Connection) => void raw.resetAndDestroy()],
  ])('whose client %s unanswered is aborted', async (_, leave) => {
    const started = await startWith(
      (request, socket, head) => {
        ignore(request, socket, head);
        socket.on('end', () => socket.destroy());
      },
      { transport },
    );
    const connection = await upgrade(started, secure);
    await underWay(started);
    leave(connection);
    await started.ended();
    expect(started.outcomes).toEqual({ aborted_before_headers: 1 });
    expect(started.statuses).toEqual([undefined]);
    expect(total(started.observer, FIRST_BYTE)).toBe(0);
  });

  test('that the server destroys unanswered is destroyed', async () => {
    const started = await startWith((_, socket) => void socket.destroy(), { transport });
    await upgrade(started, secure);
    await started.ended();
    expect(started.outcomes).toEqual({ destroyed_by_server: 1 });
    expect(total(started.observer, LATENCY, { 'error.type': 'server_destroy' })).toBe(1);
  });
});

describe('the answer to an upgrade', () => {
  test.each([
    ['a text', (socket: Duplex) => socket.write(SWITCH), 101],
    ['bytes', (socket: Duplex) => socket.write(Buffer.from(SWITCH)), 101],
    [
      'early hints before it',
      (socket: Duplex) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n') && socket.write(SWITCH),
      101,
    ],
    ['a protocol of its own', (socket: Duplex) => socket.write('\0hello'), undefined],
  ])('may be %s', async (_, write, status) => {
    const started = await startWith((__, socket) => {
      write(socket);
      socket.end();
    });
    await (await upgrade(started)).finished();
    await started.ended();
    expect(readMetric(started.observer, LIFE).map(({ attributes }) => attributes['http.response.status_code'])).toEqual(
      [status],
    );
    expect(started.outcomes).toEqual({ completed: 1 });
  });

  test('may be a refusal written with end(), which labels are asked of too', async () => {
    const labels = (_: IncomingMessage, { statusCode }: ServerResponse): Record<string, number> => ({
      seen: statusCode,
    });
    const started = await startWith((_, socket) => void socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'), {
      labels,
    });
    await upgrade(started);
    await started.ended();
    expect(readMetric(started.observer, LATENCY).map(({ attributes }) => attributes)).toEqual([
      {
        'http.request.method': 'GET',
        'http.response.status_code': 503,
        'url.scheme': 'http',
        'error.type': '503',
        seen: '503',
      },
    ]);
  });

  test('leaves the socket as it was', async () => {
    const own: string[][] = [];
    const started = await startWith((_, socket) => {
      socket.write(SWITCH);
      own.push(Object.getOwnPropertyNames(socket).filter((name) => name === 'write' || name === 'end'));
      socket.end('bye');
    });
    const connection = await upgrade(started);
    await connection.finished();
    expect(connection.received()).toBe(`${SWITCH}bye`);
    expect(own).toEqual([[]]);
  });
});

test('a request that several listeners hand around is counted once', async () => {
  const started = await startWith((...given) => void started.server.emit('moved', ...given));
  started.server.on('moved', (...given: unknown[]) => {
    started.server.removeAllListeners('upgrade');
    started.server.on('upgrade', (_: IncomingMessage, socket: Duplex) => void socket.end(SWITCH));
    started.server.emit('upgrade', ...given);
  });
  await (await upgrade(started)).finished();
  await started.ended();
  expect(started.outcomes).toEqual({ completed: 1 });
});

test('a tunnel by CONNECT is a stream, a refused one is latency', async () => {
  const started = await start('http', (_, response) => void response.end('behind'));
  started.server.on('connect', ({ url }: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (url !== 'behind:80') {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const target = connect((started.server.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.write(head);
      target.pipe(socket).pipe(target);
    });
  });
  const tunnel = await connectTo(started, false);
  tunnel.socket.write('CONNECT behind:80 HTTP/1.1\r\nHost: behind:80\r\n\r\n');
  await tunnel.receives('200 Connection Established');
  tunnel.socket.write('GET / HTTP/1.1\r\nHost: behind\r\nConnection: close\r\n\r\n');
  await tunnel.receives('behind');
  tunnel.socket.end();
  await started.ended(2);
  const refused = await connectTo(started, false);
  refused.socket.write('CONNECT elsewhere:80 HTTP/1.1\r\nHost: elsewhere:80\r\n\r\n');
  await refused.receives('403');
  await started.ended(3);
  expect(started.outcomes).toEqual({ completed: 3 });
  expect(total(started.observer, LIFE, { 'http.request.method': 'CONNECT' })).toBe(1);
  expect(total(started.observer, LATENCY, { 'http.request.method': 'CONNECT', 'http.response.status_code': 403 })).toBe(
    1,
  );
});
