import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, Server } from 'node:http';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createGate, socketGate } from '../../src/http/gate.ts';
import { serverOptions, tuneServer } from '../../src/http/tune-server.ts';
import type { DropReason, ResourceMetrics } from '../../src/receivers/decoded.ts';
import type { OtlpHandlerOptions, ReceivedRequest } from '../../src/receivers/otlp-http.ts';
import { createOtlpHandler } from '../../src/receivers/otlp-http.ts';
import { VERSION } from '../../src/version.ts';
import { encodings, fromProtobufResponse, gaugeOf, requestOf, toJson, toProtobuf } from './otlp-encode.ts';

const cleanups: Array<() => unknown> = [];

afterEach(async () => {
  while (cleanups.length > 0) await cleanups.pop()?.();
});

interface Receiver {
  readonly server: Server;
  readonly pushed: ResourceMetrics[];
  readonly requests: ReceivedRequest[];
  /** Where it listens. */
  readonly address: { readonly host: string; readonly port: number } | { readonly socketPath: string };
}

async function start(options: Partial<OtlpHandlerOptions> = {}, socketPath?: string): Promise<Receiver> {
  const pushed: ResourceMetrics[] = [];
  const requests: ReceivedRequest[] = [];
  const sink = {
    push: (resources: readonly ResourceMetrics[]) => {
      pushed.push(...resources);
      return new Map();
    },
  };
  const handler = createOtlpHandler({ sink, onRequest: (request) => requests.push(request), ...options });
  const server = createServer(serverOptions, handler);
  tuneServer(server);
  if (socketPath === undefined) server.listen(0, '127.0.0.1');
  else server.listen(socketPath);
  await once(server, 'listening');
  cleanups.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address =
    socketPath === undefined ? { host: '127.0.0.1', port: (server.address() as AddressInfo).port } : { socketPath };
  return { server, pushed, requests, address };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | string;
}

function send(
  { address }: Receiver,
  { method = 'POST', path = '/v1/metrics', headers = {}, body }: Sent,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = httpRequest(
      { ...address, method, path, agent: false, headers: { 'content-type': 'application/json', ...headers } },
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('error', reject);
        res.on('end', () => {
          resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(chunks) });
        });
      },
    );
    req.on('error', reject);
    req.end(body);
  });
}

/** Sends bytes as they are and gives all that comes back until the other side closes. */
async function sendRaw({ address }: Receiver, bytes: string): Promise<string> {
  if (!('port' in address)) throw new Error('raw requests go over TCP');
  const socket = connect(address.port, address.host);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

function statusOf(raw: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(raw)?.[1]);
}

const points = requestOf(gaugeOf({ asInt: 1 }, { asInt: 2 }));
const none = new Map<DropReason, number>();

describe.each(encodings)('the OTLP receiver, in $encoding', ({ encoding, contentType, encode }) => {
  const headers = { 'content-type': contentType };

  function partial(answer: Answer): unknown {
    return encoding === 'json' ? JSON.parse(answer.body.toString()) : fromProtobufResponse(answer.body);
  }

  /** The message of a google.rpc.Status of code 3; in protobuf, code is field 1 and message field 2. */
  function statusMessage(bytes: Buffer): string {
    if (encoding === 'json') return (JSON.parse(bytes.toString()) as { readonly message: string }).message;
    const head = Buffer.from([0x08, 3, 0x12, bytes.length - 4]);
    return bytes.subarray(0, 4).equals(head) ? bytes.subarray(4).toString() : bytes.toString('hex');
  }

  it('stores what it gets and says that all was well', async () => {
    const receiver = await start();
    const answer = await send(receiver, { headers, body: encode(points) });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, contentType]);
    expect(answer.headers['outrider-sidecar']).toBe(VERSION);
    expect(partial(answer)).toEqual({});
    expect(receiver.pushed).toMatchObject([{ metrics: [{ name: 'g', points: [{ value: 1 }, { value: 2 }] }] }]);
    expect(receiver.requests).toEqual([{ encoding, result: 'ok', stored: 2, dropped: none }]);
  });

  it.each([
    ['parameters of the type', { 'content-type': `${contentType.toUpperCase()} ; charset=utf-8` }],
    ['identity', { 'content-encoding': 'identity' }],
    ['an empty encoding', { 'content-encoding': '' }],
  ])('takes %s', async (_, more) => {
    const receiver = await start();
    expect((await send(receiver, { headers: { ...headers, ...more }, body: encode(points) })).status).toBe(200);
    expect(receiver.requests).toMatchObject([{ stored: 2 }]);
  });

  it('takes gzip, also of more than a chunk', async () => {
    const receiver = await start();
    const many = requestOf(
      ...Array.from({ length: 9_000 }, (_, i) => ({ ...gaugeOf({ asInt: i }), name: `metric.${i}` })),
    );
    for (const request of [points, many]) {
      const gzipped = { ...headers, 'content-encoding': 'GZIP' };
      expect((await send(receiver, { headers: gzipped, body: gzipSync(encode(request)) })).status).toBe(200);
    }
    expect(receiver.requests.map(({ stored }) => stored)).toEqual([2, 9_000]);
  });

  it('says how many points were dropped, and why', async () => {
    const sink = { push: () => new Map<DropReason, number>([['too_many_series', 2]]) };
    const receiver = await start({ sink });
    const neither = { name: 'd', sum: { aggregationTemporality: 0, dataPoints: [{}, {}, {}] } };
    const body = encode(requestOf(gaugeOf({ asInt: 1 }, { asInt: 2 }, { asInt: 3 }, {}), neither));
    const answer = await send(receiver, { headers, body });
    expect(answer.status).toBe(200);
    expect(partial(answer)).toEqual({
      partialSuccess: {
        rejectedDataPoints: '6',
        errorMessage: expect.stringMatching(
          /^6 of 7 data points dropped: 1 invalid_point \(.*\); 3 unsupported_temporality \(.*cumulative or delta\); 2 too_many_series \(.*\)\.$/,
        ) as string,
      },
    });
    expect(receiver.requests).toEqual([
      {
        encoding,
        result: 'partial',
        stored: 1,
        dropped: new Map([
          ['invalid_point', 1],
          ['unsupported_temporality', 3],
          ['too_many_series', 2],
        ]),
      },
    ]);
  });

  it('does not bother the store with nothing', async () => {
    const push = vi.fn<() => ReadonlyMap<DropReason, number>>(() => new Map());
    const receiver = await start({ sink: { push } });
    expect((await send(receiver, { headers, body: encode({}) })).status).toBe(200);
    expect(push).not.toHaveBeenCalled();
    const goodbye = { attributes: [{ key: 'outrider.shutdown', value: { boolValue: true } }] };
    expect((await send(receiver, { headers, body: encode({ resourceMetrics: [{ resource: goodbye }] }) })).status).toBe(
      200,
    );
    expect(push.mock.calls.map(([pushed]: readonly unknown[]) => pushed)).toEqual([
      [{ resource: [['outrider.shutdown', 'true']], metrics: [] }],
    ]);
    const nothing = { result: 'ok', stored: 0 };
    expect(receiver.requests).toMatchObject([nothing, nothing]);
  });

  it('answers an error in the encoding of the request', async () => {
    const receiver = await start();
    const answer = await send(receiver, { headers, body: 'x' });
    expect([answer.status, answer.headers['content-type']]).toEqual([400, contentType]);
    expect(statusMessage(answer.body)).toMatch(/^The body is not (valid JSON|a valid protobuf message: .*)\.$/);
    expect(receiver.requests).toEqual([{ encoding, result: 'rejected', stored: 0, dropped: none }]);
  });
});

describe('the OTLP receiver', () => {
  const body = toJson(points);

  it.each([
    ['another path', { path: '/' }, 404, /\/v1\/metrics/],
    ['a path below', { path: '/v1/metrics/' }, 404, /\/v1\/metrics/],
    ['traces', { path: '/v1/traces' }, 404, /takes metrics only: .*OTEL_TRACES_EXPORTER=none/],
    ['logs', { path: '/v1/logs' }, 404, /takes metrics only: .*OTEL_LOGS_EXPORTER=none/],
    ['GET', { method: 'GET' }, 405, /POST/],
    ['OPTIONS', { method: 'OPTIONS' }, 405, /POST/],
    ['another type', { headers: { 'content-type': 'text/plain' } }, 415, /application\/x-protobuf/],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, /application\/json/],
    ['a type that only begins well', { headers: { 'content-type': 'application/jsonx' } }, 415, /application\/json/],
    ['brotli', { headers: { 'content-encoding': 'br' } }, 415, /gzip/],
    ['deflate', { headers: { 'content-encoding': 'deflate' } }, 415, /gzip/],
    ['zstd', { headers: { 'content-encoding': 'zstd' } }, 415, /gzip/],
    ['snappy', { headers: { 'content-encoding': 'snappy' } }, 415, /gzip/],
    ['gzip twice', { headers: { 'content-encoding': 'gzip, gzip' } }, 415, /gzip/],
    ['gzip that is none', { headers: { 'content-encoding': 'gzip' } }, 400, /gzip/],
    ['another host', { headers: { host: 'evil.com' } }, 403, /Host/],
    ['a rebound name', { headers: { host: '127.0.0.1.nip.io:4318' } }, 403, /Host/],
    ['a page of another site', { headers: { 'sec-fetch-site': 'cross-site' } }, 403, /web pages/],
    ['an origin', { headers: { origin: 'https://evil.com' } }, 403, /web pages/],
    ['an opaque origin', { headers: { origin: 'null' } }, 403, /web pages/],
  ])('answers %s with its status', async (_, sent, status, message) => {
    const receiver = await start();
    const answer = await send(receiver, { body, ...sent });
    expect(answer.status).toBe(status);
    expect((JSON.parse(answer.body.toString()) as { readonly message: string }).message).toMatch(message);
    expect(receiver.requests).toMatchObject([{ result: 'rejected', stored: 0 }]);
    expect(receiver.pushed).toEqual([]);
    expect(answer.headers.allow).toBe(status === 405 ? 'POST' : undefined);
    expect(answer.headers['accept-encoding']).toBe(status === 415 ? 'gzip, identity' : undefined);
  });

  it('answers traces in protobuf, too', async () => {
    const receiver = await start();
    const headers = { 'content-type': 'application/x-protobuf' };
    const answer = await send(receiver, { path: '/v1/traces', headers, body });
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/x-protobuf']);
    // Field 1, the code NOT_FOUND; field 2, the message, after its length.
    expect([...answer.body.subarray(0, 3)]).toEqual([0x08, 5, 0x12]);
    expect(answer.body.subarray(4).toString()).toMatch(/^Outrider takes metrics only: /);
  });

  it('tells once of traces, and once of logs', async () => {
    const onMisdirected = vi.fn<(path: string) => void>();
    const receiver = await start({ onMisdirected });
    for (const path of ['/v1/traces', '/v1/logs', '/v1/traces', '/v1/metrics', '/v1/other']) {
      await send(receiver, { path, body });
    }
    expect(onMisdirected.mock.calls).toEqual([['/v1/traces'], ['/v1/logs']]);
  });

  it('counts requests of other encodings as other', async () => {
    const receiver = await start();
    await send(receiver, { headers: { 'content-type': 'text/plain' }, body });
    expect(receiver.requests).toMatchObject([{ encoding: 'other' }]);
  });

  it('answers 400 to gzip that is cut short', async () => {
    const receiver = await start();
    const answer = await send(receiver, {
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync(body).subarray(0, -9),
    });
    expect(answer.status).toBe(400);
  });

  it('takes a query, and the hosts that are allowed', async () => {
    const receiver = await start({ gate: createGate({ allowedHosts: ['Outrider.Internal'] }) });
    const { port } = receiver.server.address() as AddressInfo;
    for (const host of [`localhost:${port}`, `[::1]:${port}`, 'outrider.internal:4318', '127.0.0.1']) {
      expect((await send(receiver, { path: '/v1/metrics?a=%zz', headers: { host }, body })).status).toBe(200);
    }
    expect(await send(receiver, { headers: { host: 'x.outrider.internal' }, body })).toMatchObject({ status: 403 });
  });

  it('refuses two Host headers', async () => {
    const receiver = await start();
    const twice = 'POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nHost: evil.com\r\nContent-Length: 0\r\n\r\n';
    expect(statusOf(await sendRaw(receiver, twice))).toBe(403);
  });

  it.each([
    '//',
    '//[',
    '*',
    '/%E0%A4%A',
    'http://localhost/v1/metrics',
    'http://[',
    '//v1/metrics',
    '/\\',
    '?',
    '/v1/metrics%00',
  ])('answers the target %s', async (target) => {
    const receiver = await start();
    const raw = `POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
    expect([400, 404]).toContain(statusOf(await sendRaw(receiver, raw)));
    expect(await send(receiver, { body })).toMatchObject({ status: 200 });
  });

  it('refuses a body over the limit at once, by its Content-Length', async () => {
    const receiver = await start();
    const { port } = receiver.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    cleanups.push(() => socket.destroy());
    socket.write(
      `POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${4 * 2 ** 20 + 1}\r\n\r\n`,
    );
    // No byte of the body was sent.
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(statusOf(answer.toString())).toBe(413);
  });

  it('lets the client of a body over the limit read the answer', async () => {
    const receiver = await start({ limits: { wireBytes: 1_000 } });
    const long = Buffer.alloc(5 * 2 ** 20, 0x20);
    expect(await send(receiver, { body: long })).toMatchObject({ status: 413 });
    expect(await send(receiver, { body: long, headers: { 'transfer-encoding': 'chunked' } })).toMatchObject({
      status: 413,
    });
    expect(await send(receiver, { body: long.subarray(0, 1_001) })).toMatchObject({ status: 413 });
    const exact = Buffer.concat([body, Buffer.alloc(1_000 - body.length, 0x20)]);
    expect(await send(receiver, { body: exact })).toMatchObject({ status: 200 });
    expect(await send(receiver, { body: exact, headers: { 'transfer-encoding': 'chunked' } })).toMatchObject({
      status: 200,
    });
  });

  it('hangs up on a client that goes on sending after a refusal', async () => {
    const receiver = await start({ limits: { wireBytes: 1_000, decodedBytes: 100_000 } });
    const { port } = receiver.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => {
      // A reset is one way to hang up.
      socket.on('error', () => undefined).on('close', () => resolve());
    });
    socket.resume();
    socket.write(
      'POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const chunk = `1000\r\n${' '.repeat(0x1000)}\r\n`;
    const began = performance.now();
    const timer = setInterval(() => socket.write(chunk.repeat(10)), 1);
    await closed;
    clearInterval(timer);
    // Long before the timeout of the request.
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(receiver.requests).toMatchObject([{ result: 'rejected' }]);
  });

  it('refuses a decompressed body over the limit', async () => {
    const limits = { decodedBytes: 2 * 2 ** 20 };
    const receiver = await start({ limits });
    const padded = (length: number): Buffer =>
      gzipSync(Buffer.concat([body, Buffer.alloc(length - body.length, 0x20)]));
    const gzip = { 'content-encoding': 'gzip' };
    expect(await send(receiver, { headers: gzip, body: padded(limits.decodedBytes) })).toMatchObject({ status: 200 });
    expect(await send(receiver, { headers: gzip, body: padded(limits.decodedBytes + 1) })).toMatchObject({
      status: 413,
    });
    // A second member is part of the body too, and the length at the end of a gzip file is that of the last member.
    const members = Buffer.concat([padded(limits.decodedBytes), gzipSync(' ')]);
    expect(await send(receiver, { headers: gzip, body: members })).toMatchObject({ status: 413 });
    expect(await send(receiver, { headers: gzip, body: gzipSync(body) })).toMatchObject({ status: 200 });
  });

  it('asks clients to come back where others hold the memory', async () => {
    const receiver = await start({ limits: { wireBytes: 3_000, inFlightBytes: 3_000 } });
    const { port } = receiver.server.address() as AddressInfo;
    const slow = connect(port, '127.0.0.1');
    slow.on('error', () => undefined);
    const head =
      'POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2000\r\n\r\n';
    slow.write(`${head}${' '.repeat(1_999)}`);
    const padded = Buffer.concat([body, Buffer.alloc(1_500, 0x20)]);
    await vi.waitUntil(async () => (await send(receiver, { body: padded })).status === 503);
    const refused = await send(receiver, { body: padded });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    expect(await send(receiver, { body })).toMatchObject({ status: 200 });
    slow.destroy();
    await vi.waitUntil(async () => (await send(receiver, { body: padded })).status === 200);
    // All that was taken was given back, or this would end in 503.
    for (let i = 0; i < 10; i += 1) expect(await send(receiver, { body: padded })).toMatchObject({ status: 200 });
  });

  it('takes one body of the longest kind where there is memory for one', async () => {
    const receiver = await start({ limits: { wireBytes: 150_000, inFlightBytes: 150_000 } });
    const longest = Buffer.concat([body, Buffer.alloc(150_000 - body.length, 0x20)]);
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      expect(await send(receiver, { headers, body: longest })).toMatchObject({ status: 200 });
    }
  });

  it('survives clients that go away', async () => {
    const receiver = await start();
    const { port } = receiver.server.address() as AddressInfo;
    const head = 'POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const length = `Content-Length: ${body.length}\r\n\r\n`;
    for (const sent of [
      `${head}${length}{"res`,
      `${head}Transfer-Encoding: chunked\r\n\r\n4\r\n{"re`,
      `${head}${length}${body.toString()}`,
    ]) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      const before = receiver.requests.length;
      socket.write(sent, () => socket.resetAndDestroy());
      // The last one may be gone before its request was read.
      await vi.waitUntil(() => receiver.requests.length > before, { timeout: 500 }).catch(() => undefined);
    }
    expect(receiver.requests.slice(0, 2)).toMatchObject([{ result: 'rejected' }, { result: 'rejected' }]);
    expect(await send(receiver, { body })).toMatchObject({ status: 200 });
  });

  it('survives a client that goes away before the answer', async () => {
    let disconnect: () => void = () => undefined;
    const push = vi.fn<() => ReadonlyMap<DropReason, number>>(() => {
      disconnect();
      return new Map();
    });
    const receiver = await start({ sink: { push } });
    disconnect = () => receiver.server.closeAllConnections();
    await expect(send(receiver, { body })).rejects.toThrow(/hang up|ECONNRESET/);
    expect(receiver.requests).toMatchObject([{ result: 'ok', stored: 2 }]);
    disconnect = () => undefined;
    expect(await send(receiver, { body })).toMatchObject({ status: 200 });
  });

  it('answers 500 where the store fails, and goes on', async () => {
    const failure = new Error('the store is broken');
    const seen: unknown[] = [];
    const sink = {
      push: () => {
        throw failure;
      },
    };
    const receiver = await start({ sink, onError: (error) => seen.push(error) });
    const answer = await send(receiver, { body });
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).not.toContain('broken');
    expect(seen).toEqual([failure]);
    expect(receiver.requests).toMatchObject([{ result: 'rejected' }]);
    expect(await send(receiver, { body })).toMatchObject({ status: 500 });
  });

  it('answers also where onRequest fails', async () => {
    const seen: unknown[] = [];
    const onRequest = (): void => {
      throw new Error('not counted');
    };
    const receiver = await start({ onRequest, onError: (error) => seen.push(error) });
    expect(await send(receiver, { body })).toMatchObject({ status: 200 });
    expect(await send(receiver, { path: '/' })).toMatchObject({ status: 404 });
    expect(seen).toHaveLength(2);
  });

  it('warns once of failures that nobody else hears of', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', listen);
    cleanups.push(() => process.off('warning', listen));
    const sink = {
      push: () => {
        throw new Error('the store is broken');
      },
    };
    const receiver = await start({ sink });
    await send(receiver, { body });
    await send(receiver, { body });
    expect(warnings).toEqual(['the store is broken']);
  });

  it('keeps the connection open between requests', async () => {
    const receiver = await start();
    const { port } = receiver.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    cleanups.push(() => socket.destroy());
    let answers = '';
    socket.on('data', (chunk: Buffer) => (answers += chunk.toString()));
    const one = `POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.toString()}`;
    const refused = one.replace('/v1/metrics', '/v1/traces');
    socket.write(one + refused + one);
    await vi.waitUntil(() => answers.match(/HTTP\/1\.1 /g)?.length === 3);
    expect(answers.match(/HTTP\/1\.1 (\d{3})/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  it('serves a Unix socket, where the Host header says nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'otlp-http-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const receiver = await start({ gate: socketGate }, join(folder, 'otlp.sock'));
    expect(await send(receiver, { headers: { host: 'anything' }, body })).toMatchObject({ status: 200 });
    const protobuf = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' };
    expect(await send(receiver, { headers: protobuf, body: gzipSync(toProtobuf(points)) })).toMatchObject({
      status: 200,
    });
    expect(await send(receiver, { headers: { origin: 'https://evil.com' }, body })).toMatchObject({ status: 403 });
    expect(await send(receiver, { path: '/v1/logs', body })).toMatchObject({ status: 404 });
    expect(receiver.requests.map(({ stored }) => stored)).toEqual([2, 2, 0, 0]);
  });

  it('checks the Host header of a Unix socket where it is told to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'otlp-http-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const receiver = await start({}, join(folder, 'otlp.sock'));
    expect(await send(receiver, { headers: { host: 'anything' }, body })).toMatchObject({ status: 403 });
  });
});

describe('what was accepted', () => {
  it.each(encodings)(
    'is passed on decompressed, before the answer, with all of its points: $encoding',
    async (coding) => {
      const accepted: unknown[] = [];
      const dropOne = { push: () => new Map<DropReason, number>([['too_many_series', 1]]) };
      const receiver = await start({
        sink: dropOne,
        onAccepted: (...[body, ...rest]) => accepted.push([Buffer.from(body).toString('hex'), ...rest]),
      });
      const body = coding.encode(requestOf(gaugeOf({ asInt: '1' }, { asInt: '2' })));
      const headers = { 'content-type': coding.contentType };
      expect(await send(receiver, { headers, body })).toMatchObject({ status: 200 });
      await send(receiver, { headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipSync(body) });
      await send(receiver, { headers, body: 'neither' });
      const passed = [body.toString('hex'), coding.encoding, 2, true];
      expect(accepted).toEqual([passed, passed]);
      expect(receiver.requests.at(-1)).toMatchObject({ result: 'rejected' });
    },
  );

  it('is answered as ever if passing it on fails', async () => {
    const errors: unknown[] = [];
    const onAccepted = (): void => {
      throw new Error('no');
    };
    const receiver = await start({ onAccepted, onError: (error) => errors.push(error) });
    const headers = { 'content-type': 'application/json' };
    expect(await send(receiver, { headers, body: toJson(requestOf(gaugeOf({ asInt: '1' }))) })).toMatchObject({
      status: 200,
    });
    expect(errors).toEqual([new Error('no')]);
  });
});
