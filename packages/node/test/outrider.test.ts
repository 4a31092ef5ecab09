import { OutriderError } from '@outrider/core';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createSecureServer as createHttp2SecureServer, createServer as createHttp2Server } from 'node:http2';
import type { Http2SecureServer, Http2Server, Http2ServerRequest, ServerHttp2Stream } from 'node:http2';
import { createServer as createSecureServer } from 'node:https';
import type { Server as SecureServer } from 'node:https';
import { Server as NetServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { quietObserver } from '../../conformance/src/quiet-observer.ts';
import { readMetric, total } from '../../conformance/src/readings.ts';
import { until } from '../../conformance/src/until.ts';
import { outrider, requestId } from '../src/index.ts';
import type { IdentifiedRequest } from '../src/index.ts';
import { connectTo, GET } from './http1-client.ts';
import { openSession } from './http2-client.ts';
import { serverOf, start, Started, TRANSPORTS } from './start.ts';
import type { Transport } from './start.ts';

const EVENTS = ['request', 'checkContinue', 'checkExpectation', 'upgrade', 'connect', 'stream', 'connection', 'close'];

// One request and the head of its answer, in the protocol that the transport speaks.
async function ask(started: Started, transport: Transport, headers: Record<string, string> = {}): Promise<string> {
  if (transport === 'h2c' || transport === 'h2') {
    const { send } = await openSession(started, transport === 'h2');
    const stream = send(headers);
    const [answer] = await new Promise<[object]>((resolve) =>
      stream.once('response', (...given) => resolve([given[0]])),
    );
    stream.resume();
    return Object.entries(answer)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n');
  }
  const connection = await connectTo(started, transport === 'https');
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  connection.socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines.join('')}\r\n`);
  await connection.finished();
  return connection.received().toLowerCase();
}

describe.each(TRANSPORTS)('a server of %s', (transport) => {
  test('has its requests counted and its headers written', async () => {
    const started = await start(transport, (_, response) => void response.writeHead(201).end('ok'));
    const head = await ask(started, transport, { 'x-request-id': 'mine' });
    expect(head).toMatch(/x-response-time: \d+\.\d{3}ms/);
    expect(head).toContain('x-request-id: mine');
    await started.ended();
    expect(readMetric(started.observer, 'http.server.request.duration').map(({ attributes }) => attributes)).toEqual([
      {
        'http.request.method': 'GET',
        'http.response.status_code': 201,
        'url.scheme': transport === 'https' || transport === 'h2' ? 'https' : 'http',
      },
    ]);
  });

  test('is the same server, with no listener more', () => {
    const server = serverOf(transport) as Server;
    const before = EVENTS.map((event) => server.listeners(event).length);
    expect(outrider(server, { observer: quietObserver() })).toBe(server);
    expect(EVENTS.map((event) => server.listeners(event).length)).toEqual(before);
    expect(Object.keys(server)).not.toContain('emit');
  });

  test('that is measured twice counts once', async () => {
    const observer = quietObserver();
    const server = serverOf(transport) as Server;
    server.on('request', (_, response) => void response.end('ok'));
    outrider(outrider(server, { observer }), { observer });
    const started = await new Started(server, observer).listen();
    await ask(started, transport);
    await started.ended();
    expect(started.outcomes).toEqual({ completed: 1 });
  });

  test('is measured also from after it listens and has listeners', async () => {
    const observer = quietObserver();
    const server = serverOf(transport) as Server;
    server.on('request', (_, response) => void response.end('ok'));
    const started = await new Started(server, observer).listen();
    outrider(server, { observer });
    await ask(started, transport);
    await started.ended();
    expect(started.outcomes).toEqual({ completed: 1 });
  });

  test('takes the routes from the option', async () => {
    const started = await start(transport, (_, response) => void response.end('ok'), { route: () => '/things/:id' });
    await ask(started, transport);
    await started.ended();
    expect(total(started.observer, 'http.server.request.duration', { 'http.route': '/things/:id' })).toBe(1);
  });
});

describe('events', () => {
  test('a checkContinue listener that hands on to request counts once', async () => {
    let id: string | undefined;
    const started = await start('http', (request, response) => {
      id = requestId(request);
      response.end('ok');
    });
    const server = started.server as Server;
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      response.writeContinue();
      server.emit('request', request, response);
    });
    const head = await ask(started, 'http', { expect: '100-continue' });
    expect(head).toMatch(/^http\/1\.1 100 continue\r\n\r\nhttp\/1\.1 200 ok/);
    await started.ended();
    expect(started.outcomes).toEqual({ completed: 1 });
    expect(head).toContain(`x-request-id: ${id}`);
  });

  test.each(['checkContinue', 'checkExpectation'])('a %s listener that answers itself is measured', async (event) => {
    const started = await start('http', () => undefined);
    started.server.on(event, (_: IncomingMessage, response: ServerResponse) => void response.writeHead(417).end());
    await ask(started, 'http', { expect: event === 'checkContinue' ? '100-continue' : 'the-impossible' });
    await started.ended();
    expect(started.statuses).toEqual([417]);
  });

  test('without such listeners Node.js answers the expectations itself, as it does', async () => {
    const started = await start('http', (_, response) => void response.end('ok'));
    expect(await ask(started, 'http', { expect: '100-continue' })).toMatch(/^http\/1\.1 100 continue/);
    expect(await ask(started, 'http', { expect: 'the-impossible' })).toMatch(/^http\/1\.1 417/);
    await started.ended();
    expect(started.statuses).toEqual([200]);
  });

  test.each(['upgrade: websocket\r\nConnection: upgrade', 'upgrade: h2c\r\nConnection: upgrade'])(
    'nobody listening for upgrades, %j is a request as any other',
    async (headers) => {
      const started = await start('http', (_, response) => void response.end('plain'));
      const connection = await connectTo(started, false);
      connection.socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n`);
      await connection.receives('plain');
      await started.ended();
      expect(started.statuses).toEqual([200]);
    },
  );

  test('listeners that come and go are followed', async () => {
    const observer = quietObserver();
    const server = outrider(serverOf('http') as Server, { observer });
    const started = await new Started(server, observer).listen();
    const listener: RequestListener = (_, response) => void response.end('ok');
    server.on('request', listener);
    await ask(started, 'http');
    server.off('request', listener);
    server.once('request', listener);
    await ask(started, 'http');
    await started.ended(2);
    expect(started.outcomes).toEqual({ completed: 2 });
  });

  test('a stream listener alone gets its streams untouched, and one warning', async () => {
    const warnings: string[] = [];
    const warned = ({ name, message }: Error): void => void (name === 'OutriderWarning' && warnings.push(message));
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    const observer = quietObserver();
    const server = serverOf('h2c');
    outrider(server as Server, { observer });
    server.on('stream', (stream: ServerHttp2Stream) => {
      stream.respond({ ':status': 200 });
      stream.end('by stream');
    });
    const started = await new Started(server, observer).listen();
    for (let count = 0; count < 2; count++) {
      expect(await ask(started, 'h2c')).not.toContain('x-response-time');
    }
    await until(() => warnings.length > 0, 'a warning');
    expect(warnings).toEqual([expect.stringContaining('stream')]);
    expect(started.outcomes).toEqual({});
  });

  test('a secure server of HTTP/2 measures requests of HTTP/1.1 too', async () => {
    const started = await start('h2', (_, response) => void response.end('ok'));
    const connection = await connectTo(started, true);
    connection.socket.write(GET);
    await connection.receives('200 OK');
    await ask(started, 'h2');
    await started.ended(2);
    expect(total(started.observer, 'http.server.request.duration', { 'url.scheme': 'https' })).toBe(2);
  });

  test('requests on a socket path are measured', async () => {
    const observer = quietObserver();
    const server = outrider(
      createServer((_, response) => void response.end('ok')),
      { observer },
    );
    const path = `\0outrider-test-${process.pid}-${performance.now()}`;
    server.listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    await new Promise((resolve) =>
      httpRequest({ socketPath: path, agent: false }, (answer) => answer.resume().on('end', resolve)).end(),
    );
    await until(() => total(observer, 'http.server.request.outcomes', { outcome: 'completed' }) === 1, 'it ended');
  });
});

test('the type of a server stays', () => {
  const observer = quietObserver();
  const plain: Server = outrider(createServer(), { observer, route: ({ url }) => url });
  const tls: SecureServer = outrider(createSecureServer(), { observer });
  const cleartext: Http2Server = outrider(createHttp2Server(), { observer });
  const secure: Http2SecureServer = outrider(createHttp2SecureServer(), { observer });
  const identified = (request: IdentifiedRequest | IdentifiedRequest<Http2ServerRequest>): string => request.id;
  expect([plain, tls, cleartext, secure].every((server) => !server.listening)).toBe(true);
  expect(identified({ id: 'mine' } as IdentifiedRequest)).toBe('mine');
});

describe('what is no server', () => {
  test.each([
    ['nothing', undefined, /first argument\) is undefined: expected a server of node:http/],
    ['options', { slowMs: 100 }, /is a Object object/],
    ['a handler', () => undefined, /is a function/],
    ['a server of another protocol', new NetServer(), /is a Server object/],
  ])('%s is refused', (_, given, message) => {
    const call = (): unknown => outrider(given as Server);
    expect(call).toThrow(OutriderError);
    expect(call).toThrow(message);
  });

  test('a wrong option is named', () => {
    expect(() => outrider(createServer(), { slowMs: -1 })).toThrow(/slowMs/);
  });
});

test('an id that is not measured is undefined', async () => {
  const ids: unknown[] = [];
  const started = await start(
    'http',
    (request, response) => {
      ids.push(requestId(request));
      response.end();
    },
    { requestId: false },
  );
  await ask(started, 'http');
  expect(ids).toEqual([undefined]);
});
