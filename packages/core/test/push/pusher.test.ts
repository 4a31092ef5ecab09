import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { createServer as createTcpServer, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { total } from '../../../conformance/src/readings.ts';
import { Pusher } from '../../src/push/pusher.ts';
import type { Push } from '../../src/push/pusher.ts';
import { pushHeaders, pushTargets } from '../../src/push/target.ts';

const cleanups: Array<() => unknown> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface Receiver {
  readonly server: Server;
  readonly requests: IncomingMessage[];
  readonly bodies: string[];
  readonly connections: () => number;
}

async function receiver(
  listen: { path: string } | { port: number; host: string },
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Promise<Receiver> {
  const requests: IncomingMessage[] = [];
  const bodies: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    requests.push(request);
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status, headers).end('{}');
    });
  });
  server.on('connection', () => connections++);
  server.listen(listen);
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, requests, bodies, connections: () => connections };
}

function pusher(
  environment: Record<string, string>,
  encode: (push: Push) => Iterable<string> = () => ['{}'],
  timeoutMs = 300,
): Pusher {
  const subject = new Pusher({
    targets: () => pushTargets(environment),
    headers: pushHeaders(environment),
    encode,
    intervalMs: 60_000,
    timeoutMs,
    lastTimeoutMs: 300,
  });
  cleanups.push(() => subject.shutdown());
  return subject;
}

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-push-'));
  cleanups.unshift(() => rmSync(folder, { recursive: true }));
  return join(folder, 'otlp.sock');
}

const ANY = { port: 0, host: '127.0.0.1' };

function urlOf({ server }: Receiver): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('Pusher', () => {
  test('pushes to a Unix socket, again and again over one connection', async () => {
    const path = socketPath();
    const { requests, bodies, connections } = await receiver({ path });
    const subject = pusher({ OUTRIDER_SOCKET: path }, () => ['{"resource', 'Metrics":[]}']);
    for (let at = 0; at < 3; at++) expect(await subject.push()).toBe('ok');
    expect(bodies).toEqual(Array(3).fill('{"resourceMetrics":[]}'));
    expect(connections()).toBe(1);
    expect(requests[0]).toMatchObject({ method: 'POST', url: '/v1/metrics' });
    expect(requests[0]?.headers).toMatchObject({ 'content-type': 'application/json', host: 'localhost' });
  });

  test('a named socket comes before a named endpoint, and nothing else is tried', async () => {
    const tcp = await receiver(ANY);
    const absent = socketPath();
    const both = { OUTRIDER_SOCKET: absent, OTEL_EXPORTER_OTLP_ENDPOINT: urlOf(tcp) };
    expect(await pusher(both).push()).toBe('failed');
    expect(tcp.requests).toHaveLength(0);
  });

  test('the endpoint is a base, the metrics endpoint is used as it stands, headers go along', async () => {
    const tcp = await receiver(ANY);
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x%3Dy, x-b=2,broken,=void,bad=%zz' };
    await pusher({ OTEL_EXPORTER_OTLP_ENDPOINT: `${urlOf(tcp)}/base/`, ...headers }).push();
    await pusher({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${urlOf(tcp)}/as/it/is` }).push();
    expect(tcp.requests.map(({ url }) => url)).toEqual(['/base/v1/metrics', '/as/it/is']);
    expect(tcp.requests[0]?.headers).toMatchObject({ authorization: 'Bearer x=y', 'x-b': '2' });
    expect(tcp.requests[0]?.headers['bad']).toBeUndefined();
  });

  test('nobody listening: fails quickly, without encoding, and finds a receiver that comes later', async () => {
    const path = socketPath();
    let encoded = 0;
    const subject = pusher({ OUTRIDER_SOCKET: path }, () => {
      encoded++;
      return ['{}'];
    });
    expect(await subject.push()).toBe('failed');
    expect(encoded).toBe(0);
    const { bodies } = await receiver({ path });
    expect(await subject.push()).toBe('ok');
    expect(bodies).toHaveLength(1);
  });

  test('a receiver that restarts is found again', async () => {
    const path = socketPath();
    const first = await receiver({ path });
    const subject = pusher({ OUTRIDER_SOCKET: path });
    expect(await subject.push()).toBe('ok');
    first.server.closeAllConnections();
    await new Promise((resolve) => first.server.close(resolve));
    expect(await subject.push()).toBe('failed');
    await receiver({ path });
    expect(await subject.push()).toBe('ok');
  });

  test('a receiver that hangs is given up in time, one that refuses is told apart', async () => {
    const hung = createServer(() => undefined);
    hung.listen(0, '127.0.0.1');
    await once(hung, 'listening');
    cleanups.push(() => {
      hung.closeAllConnections();
      hung.close();
    });
    const endpoint = `http://127.0.0.1:${(hung.address() as AddressInfo).port}`;
    const subject = pusher({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    const began = performance.now();
    expect(await subject.push()).toBe('late');
    expect(performance.now() - began).toBeLessThan(1000);

    const refusing = await receiver(ANY, { status: 503 });
    expect(await pusher({ OTEL_EXPORTER_OTLP_ENDPOINT: urlOf(refusing) }).push()).toBe('refused');
    expect(total(subject, 'outrider.pushes', { result: 'late' })).toBe(1);
    expect(total(subject, 'outrider.pushes', { result: 'ok' })).toBe(0);
  });

  test('one that is late keeps its connection until the next push has another', async () => {
    const events: string[] = [];
    const hung = createServer((_request, response) => {
      if (events.length > 1) response.end('{}');
    });
    hung.on('connection', (socket) => {
      const name = events.filter((event) => event.startsWith('open')).length;
      events.push(`open ${name}`);
      socket.on('close', () => events.push(`close ${name}`));
    });
    hung.listen(0, '127.0.0.1');
    await once(hung, 'listening');
    cleanups.push(() => {
      hung.closeAllConnections();
      hung.close();
    });
    const endpoint = `http://127.0.0.1:${(hung.address() as AddressInfo).port}`;
    const subject = pusher({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    expect(await subject.push()).toBe('late');
    // Enough for the server to hear of it.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(events).toEqual(['open 0']);
    expect(await subject.push()).toBe('ok');
    await expect.poll(() => events).toEqual(['open 0', 'open 1', 'close 0']);
    expect(await subject.push()).toBe('ok');
    expect(events).toEqual(['open 0', 'open 1', 'close 0']);
  });

  test('the connection before is there until a push has gone over the next', async () => {
    const events: string[] = [];
    const server = createTcpServer((socket) => {
      const name = events.filter((event) => event.startsWith('open')).length;
      events.push(`open ${name}`);
      socket.on('error', () => undefined).on('close', () => events.push(`close ${name}`));
      socket.on('data', (chunk: Buffer) => {
        if (!chunk.includes('end')) return;
        events.push(`push ${name}`);
        if (name > 0) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // Each piece holds up the event loop for long enough that the server hears of a connection that is closed before.
    const slow = function* (): Generator<string> {
      for (let piece = 0; piece < 20; piece++) {
        const until = performance.now() + 2;
        while (performance.now() < until);
        yield piece === 19 ? 'end' : 'x';
      }
    };
    const subject = pusher({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, slow, 1000);
    expect(await subject.push()).toBe('late');
    expect(await subject.push()).toBe('ok');
    await expect.poll(() => events).toEqual(['open 0', 'push 0', 'open 1', 'push 1', 'close 0']);
  });

  test('connections that are never established do not add up', async () => {
    // A receiver that accepts and never gets through the handshake, as behind a firewall that drops.
    const server = createTcpServer((socket) => socket.on('error', () => undefined).resume());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const subject = pusher({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, () => ['{}'], 30);
    const open = (): Promise<number> => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    for (let at = 0; at < 5; at++) expect(await subject.push()).toBe('late');
    await expect.poll(open).toBe(1);
    subject.stop();
    await expect.poll(open).toBe(0);
  });

  test('the connection before stays while the next is never established', async () => {
    const connections: boolean[] = [];
    const server = createServer(() => undefined);
    server.on('connection', (socket) => {
      const at = connections.push(true) - 1;
      socket.on('close', () => (connections[at] = false));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const [target] = pushTargets({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
    let attempts = 0;
    const subject = new Pusher({
      // A socket that goes on connecting.
      targets: () => [{ ...target!, connect: () => (attempts++ === 0 ? target!.connect() : new Socket()) }],
      headers: {},
      encode: () => ['{}'],
      intervalMs: 60_000,
      timeoutMs: 30,
      lastTimeoutMs: 30,
    });
    cleanups.push(() => subject.stop());
    for (let at = 0; at < 4; at++) expect(await subject.push()).toBe('late');
    // Enough for the server to hear of it.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([attempts, ...connections]).toEqual([4, true]);
    subject.stop();
    await expect.poll(() => connections).toEqual([false]);
  });

  test('a push out of turn goes to an Outrider sidecar, and to whoever has not answered yet', async () => {
    const sidecarPath = socketPath();
    const sidecar = await receiver({ path: sidecarPath }, { headers: { 'Outrider-Sidecar': '0.1.0' } });
    const toSidecar = pusher({ OUTRIDER_SOCKET: sidecarPath });
    toSidecar.pushSoon();
    await expect.poll(() => total(toSidecar, 'outrider.pushes', { result: 'ok' })).toBe(1);
    toSidecar.pushSoon();
    await expect.poll(() => sidecar.bodies.length).toBe(2);
    const collector = await receiver(ANY);
    const toCollector = pusher({ OTEL_EXPORTER_OTLP_ENDPOINT: urlOf(collector) });
    await toCollector.push();
    toCollector.pushSoon();
    // It would be under way, and this one behind it.
    await toCollector.push();
    expect(collector.bodies).toHaveLength(2);
  });

  test('one that leaves says so to whoever has heard of it, and to nobody else', async () => {
    const path = socketPath();
    const { bodies } = await receiver({ path });
    const told = ({ last }: Push): string[] => [`{"last":${last}}`];
    pusher({ OUTRIDER_SOCKET: path }, told).leave();
    const subject = pusher({ OUTRIDER_SOCKET: path }, told);
    await subject.push();
    subject.leave();
    await expect.poll(() => bodies).toEqual(['{"last":false}', '{"last":true}']);
    expect(await subject.push()).toBe(undefined);
    const third = pusher({ OUTRIDER_SOCKET: path }, told);
    const underWay = third.push();
    third.leave();
    await underWay;
    await expect.poll(() => bodies.at(-1)).toBe('{"last":true}');
    expect(bodies.length).toBeGreaterThan(2);
  });

  test('pushes do not overlap', async () => {
    const path = socketPath();
    const { bodies } = await receiver({ path });
    let at = 0;
    const subject = pusher({ OUTRIDER_SOCKET: path }, () => [String(at++)]);
    expect(await Promise.all([subject.push(), subject.push(), subject.push()])).toEqual(['ok', 'ok', 'ok']);
    expect(bodies).toEqual(['0', '1', '2']);
  });

  test('the last push says that it is the last, and closes the connection', async () => {
    const path = socketPath();
    const { server, bodies } = await receiver({ path });
    const subject = pusher({ OUTRIDER_SOCKET: path }, ({ last }) => [`{"last":${last}}`]);
    await subject.push();
    await subject.shutdown();
    expect(bodies).toEqual(['{"last":false}', '{"last":true}']);
    await expect.poll(() => new Promise((resolve) => server.getConnections((_, open) => resolve(open)))).toBe(0);
  });
});

describe('Connection', () => {
  // Answers with bytes as they are given, so that it shows what node:http would not send; where none are, it hangs up.
  async function scripted(answer: (request: number) => string | undefined): Promise<string> {
    let requests = 0;
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        if (!chunk.includes('POST')) return;
        const text = answer(++requests);
        if (text === undefined) socket.destroy();
        else socket.write(text);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test.each([
    [
      'an interim answer first',
      'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
      'ok',
    ],
    ['an answer without an end', 'HTTP/1.1 202 Accepted\r\n\r\n', 'ok'],
    ['an answer of HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\n{}', 'ok'],
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n', 'failed'],
    ['the settings frame of HTTP/2', '\0\0\x12\x04\0\0\0\0\0', 'failed'],
    ['a redirect, which is not followed', 'HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n', 'refused'],
  ])('%s', async (_, answer, result) => {
    const endpoint = await scripted(() => answer);
    const subject = pusher({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    expect(await subject.push()).toBe(result);
    // Whatever it was, the next push begins anew where it must.
    expect(await subject.push()).toBe(result);
  });

  test('a kept connection that the receiver closed is replaced, and nothing is lost', async () => {
    const endpoint = await scripted((request) =>
      request === 2 ? undefined : 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}',
    );
    const subject = pusher({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    expect(await subject.push()).toBe('ok');
    expect(await subject.push()).toBe('ok');
    expect(total(subject, 'outrider.pushes', { result: 'failed' })).toBe(0);
  });

  test('a large body goes out in slices: the event loop turns in between', async () => {
    const tcp = await receiver(ANY);
    let turns = 0;
    const busy = function* (): Generator<string> {
      for (let piece = 0; piece < 20; piece++) {
        const until = performance.now() + 2;
        while (performance.now() < until);
        yield 'x'.repeat(16_384);
      }
    };
    const subject = pusher({ OTEL_EXPORTER_OTLP_ENDPOINT: urlOf(tcp) }, busy);
    const turning = (): void => {
      turns++;
      if (tcp.bodies.length === 0) setImmediate(turning);
    };
    setImmediate(turning);
    expect(await subject.push()).toBe('ok');
    expect(tcp.bodies[0]).toHaveLength(20 * 16_384);
    expect(turns).toBeGreaterThan(20);
  });

  test('a receiver that says it is an Outrider sidecar is known as one from then on', async () => {
    const path = socketPath();
    await receiver({ path }, { headers: { 'Outrider-Sidecar': '0.1.0' } });
    const told: boolean[] = [];
    const subject = pusher({ OUTRIDER_SOCKET: path }, ({ sidecar }) => {
      told.push(sidecar);
      return ['{}'];
    });
    for (let at = 0; at < 3; at++) expect(await subject.push()).toBe('ok');
    expect(told).toEqual([false, true, true]);
  });

  test('credentials of the URL become an Authorization header', async () => {
    const tcp = await receiver(ANY);
    const url = urlOf(tcp).replace('http://', 'http://user:p%40ss@');
    expect(await pusher({ OTEL_EXPORTER_OTLP_ENDPOINT: url }).push()).toBe('ok');
    expect(tcp.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
  });

  test('a header value that would split the request is not sent', () => {
    expect(pushHeaders({ OTEL_EXPORTER_OTLP_HEADERS: 'x-a=1%0d%0aEvil:%20yes,x b=2,x-c=3' })).toEqual({ 'x-c': '3' });
  });
});

describe('pushTargets', () => {
  test('with nothing named, loopback TCP 4318 is last', () => {
    const targets = pushTargets({});
    expect(targets.at(-1)!.name).toBe('http://127.0.0.1:4318/v1/metrics');
    expect(targets.length).toBeLessThanOrEqual(2);
  });

  test('the name of a target holds no credentials', () => {
    const [target] = pushTargets({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:pass@collector.example/x?token=t' });
    expect(target?.name).toBe('https://collector.example/x/v1/metrics');
    expect(target?.secure).toBe(true);
  });

  test.each(['not a url', 'localhost:4317', 'grpc://collector:4317'])(
    '%s is no endpoint to push to, nor is another',
    (url) => {
      expect(pushTargets({ OTEL_EXPORTER_OTLP_ENDPOINT: url })).toEqual([]);
    },
  );
});
