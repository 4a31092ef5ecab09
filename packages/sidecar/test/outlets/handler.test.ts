import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createGate } from '../../src/http/gate.ts';
import { createOutletHandler } from '../../src/outlets/handler.ts';
import { outlets } from '../../src/outlets/registry.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import { outletContext, shopWorker, snapshotOf } from './snapshots.ts';

interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  if (server?.listening) await once(server, 'close');
});

async function serve(snapshot: () => Snapshot, context = outletContext()): Promise<number> {
  server = createServer(
    createOutletHandler({ outlets, context, snapshot, gate: createGate({ allowedHosts: ['127.0.0.9'] }) }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function ask(port: number, path: string, options: { method?: string; host?: string } = {}): Promise<Reply> {
  const { method = 'GET', host = 'localhost' } = options;
  const req = request({ host: '127.0.0.1', port, path, method, headers: { host }, agent: false });
  req.end();
  const [res] = await once(req, 'response');
  return { status: res.statusCode, headers: res.headers, body: await text(res) };
}

/** Sends a request line as it is, which node:http would refuse to. */
async function raw(port: number, target: string, host = 'Host: localhost\r\n'): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(`GET ${target} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  return text(socket);
}

const ready = snapshotOf([shopWorker('a')]);

describe('the paths', () => {
  it.each([
    ['/', 'text/plain; charset=utf-8', '/api/v1/metrics  the most asked-for figures as JSON'],
    ['/metrics', 'text/plain; version=0.0.4; charset=utf-8', 'system_cpu_utilization_ratio 0.123456\n'],
    ['/metrics?name[]=x', 'text/plain; version=0.0.4; charset=utf-8', 'system_cpu_utilization_ratio 0.123456\n'],
    ['/api/v1/metrics', 'application/json; charset=utf-8', '"workers":1'],
    ['/api/v1/metrics?service=shop', 'application/json; charset=utf-8', '"workers":1'],
    ['/api/v1/routes?limit=1', 'application/json; charset=utf-8', '"routes":['],
    ['/api/v1/slow-requests?limit=1', 'application/json; charset=utf-8', '"slow_requests":null'],
    ['/healthz', 'text/plain; charset=utf-8', 'ok\n'],
    ['/readyz', 'text/plain; charset=utf-8', 'ready\n'],
  ])('%s answers', async (path, type, part) => {
    const port = await serve(() => ready);
    const { status, headers, body } = await ask(port, path);
    expect(status).toBe(200);
    expect(body).toContain(part);
    expect(headers).toMatchObject({
      'content-type': type,
      'content-length': String(Buffer.byteLength(body)),
    });
  });

  it('answer HEAD with the same headers and no body', async () => {
    const port = await serve(() => ready);
    const { headers } = await ask(port, '/api/v1/metrics');
    const head = await ask(port, '/api/v1/metrics', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe(headers['content-length']);
  });

  it('are listed to whoever asks for another', async () => {
    const port = await serve(() => ready);
    const { status, body } = await ask(port, '/metric');
    expect(status).toBe(404);
    for (const path of Object.keys(outlets)) expect(body).toContain(`\n${path}  `);
  });
});

describe('gzip', () => {
  /** The body as it came, and the headers that say what it is. */
  async function encoded(
    port: number,
    path: string,
    headers: Readonly<Record<string, string>>,
    method = 'GET',
  ): Promise<{ readonly headers: Partial<IncomingHttpHeaders>; readonly bytes: Buffer }> {
    const host = 'localhost';
    const req = request({ host: '127.0.0.1', port, path, method, headers: { host, ...headers }, agent: false });
    req.end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    const { vary, 'content-encoding': encoding, 'content-length': length } = res.headers;
    return { headers: { vary, 'content-encoding': encoding, 'content-length': length }, bytes: await buffer(res) };
  }

  it('is what a long answer comes in to whoever takes it, and says what it depends on', async () => {
    const port = await serve(() => ready);
    const plain = await encoded(port, '/metrics', {});
    expect(plain.headers).toEqual({
      vary: 'Accept, Accept-Encoding',
      'content-encoding': undefined,
      'content-length': String(plain.bytes.length),
    });
    const gzip = await encoded(port, '/metrics', { 'accept-encoding': 'gzip' });
    expect(gzip.headers).toEqual({
      vary: 'Accept, Accept-Encoding',
      'content-encoding': 'gzip',
      'content-length': String(gzip.bytes.length),
    });
    expect(gunzipSync(gzip.bytes)).toEqual(plain.bytes);
    expect(gzip.bytes.length).toBeLessThan(plain.bytes.length / 2);
  });

  it('has the same headers for HEAD', async () => {
    const port = await serve(() => ready);
    const asked = { 'accept-encoding': 'gzip', accept: 'application/openmetrics-text' };
    const get = await encoded(port, '/metrics', asked);
    const head = await encoded(port, '/metrics', asked, 'HEAD');
    expect(head).toEqual({ headers: get.headers, bytes: Buffer.alloc(0) });
    expect(get.headers['content-encoding']).toBe('gzip');
  });

  it.each([
    ['/metrics', 'gzip;q=0'],
    ['/metrics', 'identity'],
    ['/healthz', 'gzip'],
    ['/nothing', 'gzip'],
  ])('is not what %s comes in for %s', async (path, encoding) => {
    const port = await serve(() => ready);
    const { headers } = await encoded(port, path, { 'accept-encoding': encoding });
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers.vary).toContain('Accept-Encoding');
  });
});

describe('readiness', () => {
  it('names what is missing, while the process is healthy', async () => {
    const port = await serve(() => snapshotOf([], { missing: ['OTLP socket', 'first collection'], fresh: false }));
    expect(await ask(port, '/readyz')).toMatchObject({
      status: 503,
      body: 'not ready: OTLP socket, first collection\n',
    });
    expect((await ask(port, '/healthz')).status).toBe(200);
    expect((await ask(port, '/metrics')).status).toBe(503);
  });
});

describe('what is refused', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s', async (method) => {
    const port = await serve(() => ready);
    const { status, headers } = await ask(port, '/metrics', { method });
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
  });

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '127.0.0.8'])(
    'the host %j, on every path',
    async (host) => {
      const port = await serve(() => ready);
      for (const path of [...Object.keys(outlets), '/', '/nothing']) {
        expect([path, (await ask(port, path, { host })).status]).toEqual([path, 403]);
      }
    },
  );

  it.each(['Host: \r\n', 'Host: localhost\r\nHost: localhost\r\n'])('the header %j', async (header) => {
    const port = await serve(() => ready);
    expect(await raw(port, '/metrics', header)).toMatch(/^HTTP\/1\.1 40[03] /);
  });

  it.each(['localhost:9464', '127.0.0.1', '[::1]:9464', '127.0.0.9:80'])('but not the host %s', async (host) => {
    const port = await serve(() => ready);
    expect((await ask(port, '/healthz', { host })).status).toBe(200);
  });
});

describe('torture', () => {
  const targets = [
    '//', '//[', '*', '/%E0%A4%A', '/..', '/metrics/', '/metrics%00', '/METRICS', '///metrics', 'http://[', '?', '/metrics%3f',
    'http://127.0.0.1/metrics', '/__proto__', '/constructor', `/${'a'.repeat(8000)}`, '/%2e%2e/metrics', '/\u00ff',
  ]; // prettier-ignore

  it('targets are not found, and nothing fails', async () => {
    const context = outletContext();
    const port = await serve(() => ready, context);
    for (const target of targets) {
      const [line = ''] = (await raw(port, target)).split('\r\n');
      expect([target, line]).toEqual([target, expect.stringMatching(/^HTTP\/1\.1 4\d\d /)]);
    }
    expect((await ask(port, '/metrics')).status).toBe(200);
    expect(context.logged).toEqual([]);
  });

  it('a client that takes nothing of a long answer is not waited for', async () => {
    const big = {
      description: '',
      answer: () => ({ status: 200, contentType: 'text/plain', body: Buffer.alloc(2 ** 26) }),
    };
    const options = {
      outlets: { '/big': () => big },
      context: outletContext(),
      snapshot: () => ready,
      gate: createGate({ allowedHosts: [] }),
    };
    server = createServer(createOutletHandler({ ...options, stuckAfterMs: 50 }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    client.on('error', () => undefined).write('GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [, res] = await asked;
    await once(res, 'close');
    expect(res.writableFinished).toBe(false);
    client.destroy();
  });

  it('an outlet that throws is a 500 and a line in the log', async () => {
    const context = outletContext();
    const port = await serve(() => {
      throw new Error('broken');
    }, context);
    expect((await ask(port, '/metrics')).status).toBe(500);
    expect(context.logged).toEqual(['error an outlet failed {"path":"/metrics","error":"Error: broken"}']);
  });
});
