import { Observer } from '@outrider/core';
import { once } from 'node:events';
import http, { Agent, request } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchOutgoing } from '../../src/outgoing/watch-outgoing.ts';
import { active, durations } from './read-outgoing.ts';
import { closedPort, startServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

let server: TestServer;
let observer: Observer;
let stop: () => void;
let agent: Agent;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.stop());

beforeEach(() => {
  observer = new Observer({ push: false, runtime: false });
  stop = watchOutgoing({ observer });
  agent = new Agent({ keepAlive: true });
});

afterEach(() => {
  stop();
  agent.destroy();
});

/** Sends a request, whose errors are its own affair. */
function send(path: string, options: RequestOptions = {}): ClientRequest {
  const sent = request({ host: '127.0.0.1', port: server.port, path, agent, ...options });
  sent.on('error', () => {});
  return sent.end();
}

async function responseOf(sent: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  return response;
}

/** Waits until no call is being made; what was told then. */
async function settled(): Promise<Record<string, number>> {
  await vi.waitFor(() => expect(active(observer)).toBe(0), { timeout: 5000, interval: 5 });
  // Those that would be counted twice would be so soon after.
  await new Promise((resolve) => setImmediate(resolve));
  return durations(observer);
}

function ended(rest: string, method = 'GET', port = server.port): Record<string, number> {
  return { [`${method} 127.0.0.1:${port} ${rest}`]: 1 };
}

describe('a call of node:http', () => {
  it.each([
    ['ok', '200'],
    ['missing', '404 404'],
    ['failing', '500 500'],
    ['empty', '204'],
    ['hinted', '200'],
    ['slow', '200'],
    ['brief', '200'],
    ['moved', '302'],
  ])('that is answered is counted once: %s', async (path, expected) => {
    const response = await responseOf(send(`/${path}`));
    expect(active(observer)).toBe(1);
    response.resume();
    expect(await settled()).toEqual(ended(expected));
  });

  it('is active from its making on', async () => {
    const sent = request({ host: '127.0.0.1', port: server.port, path: '/ok', method: 'POST', agent });
    expect(active(observer)).toBe(1);
    sent.end('body');
    (await responseOf(sent)).resume();
    expect(await settled()).toEqual(ended('200', 'POST'));
  });

  it('that nobody listens to is read by Node.js, and so ends', async () => {
    send('/ok');
    expect(await settled()).toEqual(ended('200'));
  });

  it('that is refused has the code of its error and no status', async () => {
    const port = await closedPort();
    send('/ok', { port });
    expect(await settled()).toEqual(ended('ECONNREFUSED', 'GET', port));
  });

  it('whose host has no address has the code of its error', async () => {
    send('/ok', { host: 'nowhere.invalid', port: 80, lookup: (host, _, done) => done(notFound(host), '', 4) });
    expect(await settled()).toEqual({ 'GET nowhere.invalid:80 ENOTFOUND': 1 });
  });

  it.each([
    ['reset', 'ECONNRESET'],
    ['cut', '200 ECONNRESET'],
    ['cutHard', '200 ECONNRESET'],
    ['garbage', 'HPE_INVALID_CONSTANT'],
  ])('that the server breaks off is told so: %s', async (path, expected) => {
    send(`/${path}`).on('response', (response) => response.on('error', () => {}).resume());
    expect(await settled()).toEqual(ended(expected));
  });

  it.each([
    ['option', (path: string) => destroyedAtTimeout(send(path, { timeout: 30 }))],
    ['setTimeout', (path: string) => destroyedAtTimeout(send(path).setTimeout(30))],
    ['agent', (path: string) => destroyedAtTimeout(send(path, { agent: new Agent({ timeout: 30 }) }))],
    ['signal', (path: string) => send(path, { signal: AbortSignal.timeout(30) })],
  ])('that takes too long is a timeout, before and after the head: %s', async (_, sent) => {
    sent('/silent');
    expect(await settled()).toEqual(ended('timeout'));
    sent('/stuck').on('response', (response) => response.on('error', () => {}).resume());
    expect(await settled()).toEqual({ ...ended('timeout'), ...ended('200 timeout') });
  });

  it('whose time is over before it has a connection is a timeout', async () => {
    const over = AbortSignal.timeout(1);
    await vi.waitFor(() => expect(over.aborted).toBe(true), { interval: 1 });
    send('/ok', { signal: over });
    expect(await settled()).toEqual(ended('timeout'));
  });

  it('that only says it takes long, and is answered, is no failure', async () => {
    const sent = send('/slow', { timeout: 20 });
    const timedOut = once(sent, 'timeout');
    (await responseOf(sent)).resume();
    await timedOut;
    expect(await settled()).toEqual(ended('200'));
  });

  it.each([
    ['destroy()', (sent: ClientRequest) => sent.destroy()],
    ['destroy(error)', (sent: ClientRequest) => sent.destroy(new Error('enough'))],
    ['abort()', (sent: ClientRequest) => sent.abort()],
  ])('that the caller ends is aborted, before a connection, before and after the head: %s', async (_, end) => {
    end(send('/silent'));
    expect(await settled()).toEqual(ended('aborted'));

    const waiting = send('/silent');
    await once(server.server, 'request');
    end(waiting);
    await settled();
    const stuck = send('/stuck');
    (await responseOf(stuck)).resume();
    end(stuck);
    expect(await settled()).toEqual({
      [`GET 127.0.0.1:${server.port} aborted`]: 2,
      [`GET 127.0.0.1:${server.port} 200 aborted`]: 1,
    });
  });

  it('that a signal of the caller ends is aborted', async () => {
    const controller = new AbortController();
    send('/silent', { signal: controller.signal });
    controller.abort(new Error('enough'));
    expect(await settled()).toEqual(ended('aborted'));
  });

  it.each([
    ['destroy()', (response: IncomingMessage) => response.destroy()],
    ['destroy(error)', (response: IncomingMessage) => response.destroy(new Error('enough'))],
    [
      'a loop that is left',
      async (response: IncomingMessage) => {
        for await (const _chunk of response) break;
      },
    ],
  ])('whose answer the caller gives up is aborted: %s', async (_, giveUp) => {
    await giveUp(await responseOf(send('/large')));
    expect(await settled()).toEqual(ended('200 aborted'));
  });

  it('whose answer is never read ends with its connection', async () => {
    const response = await responseOf(send('/ok'));
    await vi.waitFor(() => expect(response.complete).toBe(true), 10_000);
    expect(active(observer)).toBe(1);
    agent.destroy();
    expect(await settled()).toEqual(ended('200'));
  });

  it('whose large answer is never read ends with its connection, as aborted by who closes that', async () => {
    await responseOf(send('/large'));
    expect(active(observer)).toBe(1);
    agent.destroy();
    expect(await settled()).toEqual(ended('200 aborted'));
  });

  it('over a kept connection, and one after the other over one, is each a call', async () => {
    const narrow = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; count < 5; count++) send('/ok', { agent: narrow });
    expect(active(observer)).toBe(5);
    expect(await settled()).toEqual({ [`GET 127.0.0.1:${server.port} 200`]: 5 });
    narrow.destroy();
  });

  it('whose listeners the application takes away ends all the same', async () => {
    const sent = send('/ok');
    sent.removeAllListeners();
    expect(await settled()).toEqual(ended('200'));
    const port = await closedPort();
    send('/ok', { port })
      .removeAllListeners()
      .on('error', () => {});
    expect(await settled()).toEqual({ ...ended('200'), ...ended('ECONNREFUSED', 'GET', port) });
  });

  it('whose agent has no connection for it has the code of its error', async () => {
    const failing = Object.assign(new Agent(), {
      createConnection: (_: unknown, done: (error: Error) => void) => {
        process.nextTick(done, Object.assign(new Error('no way'), { code: 'EHOSTUNREACH' }));
      },
    });
    send('/ok', { agent: failing as Agent });
    expect(await settled()).toEqual(ended('EHOSTUNREACH'));
  });

  it('that is upgraded ends as it is', async () => {
    const sent = send('/ok', { headers: { connection: 'upgrade', upgrade: 'echo' } });
    const [, socket] = (await once(sent, 'upgrade')) as [unknown, NodeJS.WritableStream & { destroy(): void }];
    expect(await settled()).toEqual(ended('101'));
    socket.destroy();
  });

  it('by CONNECT ends as the tunnel stands', async () => {
    const sent = send('example.org:443', { method: 'CONNECT' });
    const [, socket] = (await once(sent, 'connect')) as [unknown, { destroy(): void }];
    // From Node.js 26 on its Host header is the one of the tunnel's end.
    expect(Object.keys(await settled())).toEqual([expect.stringMatching(/^CONNECT 127\.0\.0\.1:(\d+|\?) 200$/)]);
    socket.destroy();
  });

  it('by a method of its own is _OTHER', async () => {
    send('/ok', { method: 'PURGE' });
    expect(await settled()).toEqual(ended('200', '_OTHER'));
  });

  it('has its host and port, of the options and not of a Host header that is another one', async () => {
    send('/ok', { host: 'LOCALHOST', lookup: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]) });
    expect(await settled()).toEqual({ [`GET localhost:${server.port} 200`]: 1 });
    send('/ok', { headers: { host: 'example.org:81' } });
    expect(await settled()).toMatchObject({ 'GET 127.0.0.1:? 200': 1 });
  });

  it('over a Unix socket has no port', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outgoing-'));
    const local = http.createServer((_, response) => response.end());
    local.listen(join(folder, 'socket'));
    await once(local, 'listening');
    request({ socketPath: join(folder, 'socket'), path: '/ok' }).end();
    expect(await settled()).toEqual({ 'GET localhost:? 200': 1 });
    local.close();
    rmSync(folder, { recursive: true });
  });

  it('by the push of the observer itself is none', async () => {
    const pushes = createNetServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    pushes.listen(0, '127.0.0.1');
    await once(pushes, 'listening');
    const { port } = pushes.address() as AddressInfo;
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
    const pushing = new Observer({ environment, runtime: false });
    const stopPushing = watchOutgoing({ observer: pushing });
    await expect(pushing.push()).resolves.toBeDefined();
    await pushing.shutdown();
    stopPushing();
    pushes.close();
    expect([durations(pushing), durations(observer)]).toEqual([{}, {}]);
  });
});

function notFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
}

function destroyedAtTimeout(sent: ClientRequest): ClientRequest {
  return sent.on('timeout', () => sent.destroy(new Error('too long')));
}
