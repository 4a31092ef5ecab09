import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pushBlocking } from '../../src/push/blocking-push.ts';
import { pushTargets } from '../../src/push/target.ts';

/** A server in a thread of its own: the test's is held up. It tells what it received, and for `hung` never answers. */
const SERVER = `
  const { parentPort, workerData: { listen, hung } } = require('node:worker_threads');
  require('node:http').createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      parentPort.postMessage({ url: request.url, method: request.method, headers: request.headers, length: body.length });
      if (!hung) response.end('{}');
    });
  }).listen(listen, function () { parentPort.postMessage({ address: this.address() }); });`;

let folder: string;
let servers: Worker[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-blocking-'));
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.terminate()));
  rmSync(folder, { recursive: true });
});

interface Message {
  readonly address?: { readonly port: number };
  readonly url?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly length?: number;
}

async function serve(listen: object, hung = false): Promise<{ server: Worker; address: Message['address'] }> {
  const server = new Worker(SERVER, { eval: true, workerData: { listen, hung } });
  servers.push(server);
  const [{ address }] = (await once(server, 'message')) as [Message];
  return { server, address };
}

const push = { headers: { 'x-a': 'b' }, body: 'x'.repeat(3_000_000), timeoutMs: 5000 };

describe('pushBlocking', () => {
  test('pushes to a Unix socket, and returns once there is an answer', async () => {
    const path = join(folder, 'otlp.sock');
    const { server } = await serve({ path });
    const received = once(server, 'message') as Promise<[Message]>;
    const began = performance.now();
    pushBlocking({ ...push, targets: pushTargets({ OUTRIDER_SOCKET: path }) });
    expect(performance.now() - began).toBeLessThan(2000);
    expect((await received)[0]).toMatchObject({
      url: '/v1/metrics',
      method: 'POST',
      length: 3_000_000,
      headers: { host: 'localhost', 'content-type': 'application/json', 'x-a': 'b' },
    });
  });

  test('takes the next target where nobody answers, with the credentials of its URL', async () => {
    const { server, address } = await serve({ port: 0, host: '127.0.0.1' });
    const received = once(server, 'message') as Promise<[Message]>;
    const absent = pushTargets({ OUTRIDER_SOCKET: join(folder, 'absent.sock') });
    const url = `http://user:pass@127.0.0.1:${address?.port}/base?x=1`;
    pushBlocking({ ...push, targets: [...absent, ...pushTargets({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url })] });
    expect((await received)[0]).toMatchObject({
      url: '/base?x=1',
      headers: { host: `127.0.0.1:${address?.port}`, authorization: 'Basic dXNlcjpwYXNz' },
    });
  });

  test('returns at once where nobody answers, and in time where somebody hangs', async () => {
    const path = join(folder, 'otlp.sock');
    let began = performance.now();
    pushBlocking({ ...push, targets: pushTargets({ OUTRIDER_SOCKET: path }) });
    expect(performance.now() - began).toBeLessThan(2000);
    await serve({ path }, true);
    began = performance.now();
    pushBlocking({ ...push, targets: pushTargets({ OUTRIDER_SOCKET: path }), timeoutMs: 300 });
    expect(performance.now() - began).toBeGreaterThan(290);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
