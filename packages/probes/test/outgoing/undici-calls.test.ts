import { Observer } from '@outrider/core';
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Agent, Client, RetryAgent, fetch as undiciFetch, interceptors, request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchOutgoing } from '../../src/outgoing/watch-outgoing.ts';
import { CERTIFICATE } from '../../../conformance/src/certificate.ts';
import { active, durations } from './read-outgoing.ts';
import { closedPort, startServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

let server: TestServer;
let observer: Observer;
let stop: () => void;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.stop());

beforeEach(() => {
  observer = new Observer({ push: false, runtime: false });
  stop = watchOutgoing({ observer });
});

afterEach(() => stop());

async function settled(): Promise<Record<string, number>> {
  await vi.waitFor(() => expect(active(observer)).toBe(0), { timeout: 5000, interval: 5 });
  await new Promise((resolve) => setImmediate(resolve));
  return durations(observer);
}

function ended(rest: string, method = 'GET', port = server.port): Record<string, number> {
  return { [`${method} 127.0.0.1:${port} ${rest}`]: 1 };
}

/** What is the same in the fetch of Node.js and in that of the package. */
interface Answer {
  text(): Promise<string>;
  readonly body: { cancel(): Promise<void> } | null;
}
type Fetch = (url: string, options?: { signal?: AbortSignal; method?: string }) => Promise<Answer>;

describe.each<[string, Fetch]>([
  ['of Node.js', fetch],
  ['of the package', undiciFetch as unknown as Fetch],
])('a call of the fetch %s', (_, get) => {
  it.each([
    ['ok', '200'],
    ['missing', '404 404'],
    ['failing', '500 500'],
    ['empty', '204'],
    ['hinted', '200'],
    ['slow', '200'],
    ['brief', '200'],
  ])('that is answered is counted once: %s', async (path, expected) => {
    await (await get(`${server.origin}/${path}`)).text();
    expect(await settled()).toEqual(ended(expected));
  });

  it('ends as its body has arrived, be it read or not', async () => {
    await get(`${server.origin}/slow`);
    expect(active(observer)).toBe(1);
    expect(await settled()).toEqual(ended('200'));
  });

  it('to a host that moved is one for each hop', async () => {
    await (await get(`${server.origin}/moved`)).text();
    expect(await settled()).toEqual({ ...ended('302'), ...ended('200') });
  });

  it('that is refused has the code of its error and no status', async () => {
    const port = await closedPort();
    await expect(get(`http://127.0.0.1:${port}/ok`)).rejects.toThrow('fetch failed');
    expect(await settled()).toEqual(ended('ECONNREFUSED', 'GET', port));
  });

  it.each([
    ['reset', /^GET \S+ (ECONNRESET|UND_ERR_SOCKET)$/],
    ['cut', /^GET \S+ 200 UND_ERR_SOCKET$/],
    ['cutHard', /^GET \S+ 200 (ECONNRESET|UND_ERR_SOCKET)$/],
    ['garbage', /^GET \S+ (HPE_INVALID_CONSTANT|HTTPParserError)$/],
  ])('that the server breaks off is told so: %s', async (path, expected) => {
    await expect(get(`${server.origin}/${path}`).then((answer) => answer.text())).rejects.toThrow(TypeError);
    const told = await settled();
    expect(Object.keys(told)).toEqual([expect.stringMatching(expected)]);
    expect(Object.values(told)).toEqual([1]);
  });

  it('that takes too long is a timeout, before and after the head', async () => {
    await expect(get(`${server.origin}/silent`, { signal: AbortSignal.timeout(100) })).rejects.toThrow('timeout');
    expect(await settled()).toEqual(ended('timeout'));
    const answer = await get(`${server.origin}/stuck`, { signal: AbortSignal.timeout(200) });
    await expect(answer.text()).rejects.toThrow('timeout');
    expect(await settled()).toEqual({ ...ended('timeout'), ...ended('200 timeout') });
  });

  it.each([
    ['no reason', undefined],
    ['an error', new Error('enough')],
    ['a text', 'enough'],
  ])('that the caller aborts for %s is aborted', async (_reason, reason) => {
    const controller = new AbortController();
    const answer = get(`${server.origin}/silent`, { signal: controller.signal });
    await once(server.server, 'request');
    controller.abort(reason);
    await answer.catch(() => {});
    expect(await settled()).toEqual(ended('aborted'));
  });

  it('whose body is cancelled is aborted', async () => {
    await (await get(`${server.origin}/large`)).body!.cancel();
    expect(await settled()).toEqual(ended('200 aborted'));
  });

  it('by a method of its own is _OTHER', async () => {
    await (await get(`${server.origin}/ok`, { method: 'PURGE' })).text();
    expect(await settled()).toEqual(ended('200', '_OTHER'));
  });
});

describe('a call of undici', () => {
  it('that is answered is counted once, its body read or dumped', async () => {
    const { body } = await request(`${server.origin}/missing`);
    await body.dump();
    expect(await settled()).toEqual(ended('404 404'));
  });

  it('has its own timeouts', async () => {
    const dispatcher = new Agent({ headersTimeout: 50, bodyTimeout: 50 });
    await expect(request(`${server.origin}/silent`, { dispatcher })).rejects.toThrow('Headers Timeout');
    const { body } = await request(`${server.origin}/stuck`, { dispatcher });
    await expect(body.text()).rejects.toThrow('Body Timeout');
    expect(await settled()).toEqual({ ...ended('timeout'), ...ended('200 timeout') });
    await dispatcher.close();
  });

  it('whose body fails while it is sent is aborted', async () => {
    const failing = Readable.from(
      (async function* chunks() {
        yield 'a';
        throw new Error('out of data');
      })(),
    );
    await expect(request(`${server.origin}/echo`, { method: 'POST', body: failing })).rejects.toThrow('out of data');
    expect(await settled()).toEqual(ended('aborted', 'POST'));
  });

  it('is each try of one that is tried again', async () => {
    const dispatcher = new RetryAgent(new Agent(), { maxRetries: 2, minTimeout: 1, timeoutFactor: 1 });
    await request(`${server.origin}/failing`, { dispatcher }).then(
      ({ body }) => body.dump(),
      () => {},
    );
    expect(await settled()).toEqual({ [`GET 127.0.0.1:${server.port} 500 500`]: 3 });
    await dispatcher.close();
  });

  it('is each hop of one that is redirected', async () => {
    const dispatcher = new Agent().compose(interceptors.redirect({ maxRedirections: 1 }));
    await (await request(`${server.origin}/moved`, { dispatcher })).body.text();
    expect(await settled()).toEqual({ ...ended('302'), ...ended('200') });
  });

  it('is each of those that are pipelined', async () => {
    const client = new Client(server.origin, { pipelining: 5 });
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => client.request({ path: '/ok', method: 'GET' })));
    await Promise.all(answers.map(({ body }) => body.text()));
    expect(await settled()).toEqual({ [`GET 127.0.0.1:${server.port} 200`]: 5 });
    await client.close();
  });

  it('that waits as its client is destroyed ends with it', async () => {
    const client = new Client(server.origin);
    const waiting = [1, 2, 3].map(() => client.request({ path: '/silent', method: 'GET' }).catch(() => {}));
    await once(server.server, 'request');
    await client.destroy();
    await Promise.all(waiting);
    expect(await settled()).toEqual({ [`GET 127.0.0.1:${server.port} UND_ERR_DESTROYED`]: 3 });
  });

  it('that is an upgrade or a CONNECT is not seen, since none would end', async () => {
    const client = new Client(server.origin);
    const { socket } = await client.upgrade({ path: '/', protocol: 'echo' });
    socket.destroy();
    const tunnel = new Client(server.origin);
    const connected = await tunnel.connect({ path: 'example.org:443' });
    connected.socket.destroy();
    expect(active(observer)).toBe(0);
    expect(await settled()).toEqual({});
    await Promise.all([client.close(), tunnel.close()]);
  });

  it('is one over HTTP/2', async () => {
    const secure = createSecureServer(CERTIFICATE);
    secure.on('stream', (stream, headers) => {
      stream.respond({ ':status': headers[':path'] === '/ok' ? 200 : 404 });
      stream.end('answer');
    });
    secure.listen(0, '127.0.0.1');
    await once(secure, 'listening');
    const { port } = secure.address() as AddressInfo;
    const dispatcher = new Agent({ allowH2: true, connect: { rejectUnauthorized: false } });
    for (const path of ['ok', 'ok', 'missing']) {
      await (await request(`https://127.0.0.1:${port}/${path}`, { dispatcher })).body.text();
    }
    expect(await settled()).toEqual({
      [`GET 127.0.0.1:${port} 200`]: 2,
      [`GET 127.0.0.1:${port} 404 404`]: 1,
    });
    await dispatcher.close();
    secure.close();
  });
});
