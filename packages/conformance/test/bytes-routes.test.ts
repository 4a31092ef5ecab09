import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RAW_ROUTES, RAW_UPLOADS } from '../src/behaviour.ts';
import { exchangeHttp2 } from '../src/bytes/http2-exchange.ts';
import { exchangeRaw } from '../src/bytes/raw-exchange.ts';
import { bytesWithoutOurs } from '../src/bytes/without-ours.ts';
import type { Stripped } from '../src/bytes/without-ours.ts';
import { FRAMEWORKS } from '../src/frameworks.ts';
import { listen } from '../src/listen.ts';
import type { Listening } from '../src/listen.ts';
import { quietObserver } from '../src/quiet-observer.ts';

const ROUTES = [
  '/', '/users/me', '/users/42', '/users/42?x=1', '/users/42/', '/shops/9/items', '/shops/9/items/7', '/shops/9/nowhere',
  '/shops/9/items/7/thrown', '/admin/hello/ann', '/admin/thrown', '/admin/nowhere', '/nowhere', '/thrown', '/rejected',
  '/handled', '/twice', '/wild/a/b', '/declared/7', '/guarded/7', '/text', '/binary', '/pipe', '/download', '/redirect',
  '/late-error',
]; // oxfmt-ignore

// What is about the request id itself, and what is too long for its worth.
const LEFT_OUT = new Set(['/id', '/big']);
const ENDLESS = new Set(['/hang', '/drip', '/endless-events', '/upload-hang', '/late-error']);
// What goes on when a write is done: on HEAD, none ever is.
const WRITTEN = new Set(['/destroy-midway', '/stream']);
// Node refuses trailers without a body, also in the answer that tells of the error.
const THROWS_ON_HEAD = '/trailers';
const RAW = Object.keys(RAW_ROUTES).filter((path) => !LEFT_OUT.has(path));
const UPLOADS = Object.keys(RAW_UPLOADS);
const BODY = 'a body';
const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS', 'PROPFIND'];

// TLS is below all that is compared here.
const CLEARTEXT = FRAMEWORKS.filter(({ transport }) => transport === 'http' || transport === 'h2c');

describe.each(CLEARTEXT)('$name', ({ transport, create }) => {
  const servers: Listening[] = [];
  const { stackTraceLimit } = Error;

  beforeAll(async () => {
    // Some error pages show the stack, and the middleware stands in it.
    Error.stackTraceLimit = 0;
    for (const options of [undefined, { observer: quietObserver() }]) servers.push(await listen(await create(options)));
  });

  afterAll(async () => {
    Error.stackTraceLimit = stackTraceLimit;
    await Promise.all(servers.map((server) => server.close()));
  });

  test.each(METHODS)('%s answers the same bytes on every route', async (method) => {
    const paths = [...ROUTES, ...RAW, ...UPLOADS].filter((path) => !(method === 'HEAD' && path === THROWS_ON_HEAD));
    const [bare, observed] = (await Promise.all(
      servers.map(({ port }) =>
        Promise.all(paths.map(async (path) => [path, await sent(port, method, path)] as const)),
      ),
    )) as [Array<[string, Stripped<unknown>]>, Array<[string, Stripped<unknown>]>];
    expect(contents(observed)).toEqual(contents(bare));
    expect(bare.filter(([, { requestIds, responseTimes }]) => requestIds + responseTimes > 0)).toEqual([]);
    // Whatever was answered has both headers, except where the application has its own.
    const without = observed
      .filter(([, { requestIds, responseTimes, answers }]) => requestIds !== answers || responseTimes !== answers)
      .map(([path]) => path);
    expect(without.filter((path) => path !== '/own-headers')).toEqual([]);
  });

  function sent(port: number, method: string, path: string): Promise<Stripped<unknown>> {
    const endless = ENDLESS.has(path) || (method === 'HEAD' && WRITTEN.has(path));
    const body = method === 'POST' ? BODY : undefined;
    if (transport === 'h2c') return exchangeHttp2(port, path, { method, body, endless });
    const length = body === undefined ? '' : `Content-Length: ${body.length}\r\n`;
    const request = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n${length}\r\n${body ?? ''}`;
    const last = 'GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    return exchangeRaw(port, request + last, endless).then(bytesWithoutOurs);
  }
});

function contents(answers: ReadonlyArray<readonly [string, Stripped<unknown>]>): Record<string, unknown> {
  return Object.fromEntries(answers.map(([path, { content }]) => [path, content]));
}
