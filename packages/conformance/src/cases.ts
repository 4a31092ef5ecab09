import { strict as assert } from 'node:assert';
import type { Application } from './application.ts';
import { send, sendAndLeave, sendRaw } from './client.ts';
import type { Answer } from './client.ts';
import { allEnded } from './ended.ts';
import { ROUTES } from './framework.ts';
import { readMetric, total } from './readings.ts';

/** One thing that every adapter must do alike. It gets a fresh application with default options. */
export interface Case {
  readonly name: string;
  run(application: Application): Promise<void>;
}

const DURATION = 'http.server.request.duration';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MILLISECONDS = /^\d+\.\d{3}ms$/;

/** The cases, in the order they are shown. */
export const CASES: readonly Case[] = [
  recorded('a template route', '/users/42', { route: ROUTES.template, status: 200 }),
  recorded('a query string', '/users/42?token=secret', { route: ROUTES.template, status: 200 }),
  recorded('a nested router', '/shops/9/items/7', { route: ROUTES.nested, status: 200 }),
  recorded('the root of a nested router', '/shops/9/items', { route: ROUTES.nestedRoot, status: 200 }),
  recorded('a mounted sub-application', '/admin/hello/ann', { route: ROUTES.mounted, status: 200 }),
  recorded('a path that no route matches', '/nowhere/42', { status: 404 }),
  recorded('a path below a router that no route matches', '/shops/9/nowhere', { status: 404 }),
  recorded('a thrown error', '/thrown', { route: '/thrown', status: 500, error: '500' }),
  recorded('a thrown error in a nested router', '/shops/9/items/7/thrown', {
    route: ROUTES.nestedThrown,
    status: 500,
    error: '500',
  }),
  recorded('a thrown error in a mounted sub-application', '/admin/thrown', {
    route: ROUTES.mountedThrown,
    status: 500,
    error: '500',
  }),
  recorded('an async rejection', '/rejected', { route: '/rejected', status: 500, error: '500' }),
  recorded('an error handler that answers', '/handled', { route: '/handled', status: 418 }),
  recorded('304', '/not-modified', { route: '/not-modified', status: 304 }),
  recorded('a streaming body', '/stream', { route: '/stream', status: 200 }, 'chunk\nchunk\nchunk\nchunk\nlast\n'),
  recorded('a writeHead with a flat list', '/flat-headers', { route: '/flat-headers', status: 200 }),
  {
    name: 'a writeHead with a list of pairs',
    run: async (application) => {
      const answer = await send(`${application.url}/paired-headers`);
      assert.equal(answer.headers['x-paired'], '1');
      assertHeaders(answer);
      await assertRecorded(application, { route: '/paired-headers', status: 200 });
    },
  },
  recorded('a writeHead that throws and another', '/bad-head', { route: '/bad-head', status: 500, error: '500' }),
  {
    name: 'HEAD',
    run: async (application) => {
      const answer = await send(`${application.url}/users/42`, { method: 'HEAD' });
      assert.equal(answer.status, 200);
      assert.equal(answer.body, '');
      assertHeaders(answer);
      await assertRecorded(application, { route: ROUTES.template, status: 200, method: 'HEAD' });
    },
  },
  {
    name: 'a method of no meaning',
    run: async (application) => {
      await send(`${application.url}/users/42`, { method: 'PROPFIND' });
      await allEnded(application);
      assert.equal(total(application.observer, DURATION, { 'http.request.method': '_OTHER' }), 1);
    },
  },
  {
    name: 'an event stream is no latency',
    run: async (application) => {
      const answer = await send(`${application.url}/events`);
      assert.equal(answer.body, 'data: 1\n\ndata: 2\n\n');
      await allEnded(application);
      assert.equal(total(application.observer, DURATION), 0);
      const [stream] = readMetric(application.observer, 'http.server.stream.duration', { 'http.route': '/events' });
      assert.equal(stream?.value, 1);
      assert.ok(stream.sum! >= 0.055, `a stream of 60 ms lasted ${stream.sum} s`);
      const [first] = readMetric(application.observer, 'http.server.time_to_first_byte', { 'http.route': '/events' });
      assert.ok(first !== undefined && first.sum! < stream.sum!);
      assertAtRest(application);
    },
  },
  {
    name: 'the first byte comes before the end',
    run: async (application) => {
      await send(`${application.url}/stream`);
      await allEnded(application);
      const [first] = readMetric(application.observer, 'http.server.time_to_first_byte');
      const [whole] = readMetric(application.observer, DURATION);
      assert.ok(first!.sum! < whole!.sum!, `first byte ${first!.sum} s, whole ${whole!.sum} s`);
    },
  },
  left('a client that leaves before the headers', '/hang', 'request', { outcome: 'aborted_before_headers' }),
  left('a client that resets before the headers', '/hang', 'request', {
    outcome: 'aborted_before_headers',
    reset: true,
  }),
  left('a client that leaves mid-stream', '/drip', 'first-bytes', { outcome: 'aborted_mid_stream', status: 200 }),
  left('a client that resets mid-stream', '/drip', 'first-bytes', {
    outcome: 'aborted_mid_stream',
    status: 200,
    reset: true,
  }),
  destroyed('a response that the server destroys', '/destroy'),
  destroyed('a response that the server destroys mid-stream', '/destroy-midway', 200),
  {
    name: 'a double next()',
    run: async (application) => {
      await send(`${application.url}/twice`).catch(() => undefined);
      await allEnded(application);
      assert.equal(total(application.observer, DURATION), 1);
      assert.equal(total(application.observer, 'http.server.request.outcomes'), 1);
      assertAtRest(application);
    },
  },
  {
    name: "the application's own headers stay",
    run: async (application) => {
      const answer = await send(`${application.url}/own-headers`);
      assert.deepEqual(valuesOf(answer, 'x-response-time'), ['mine']);
      assert.deepEqual(valuesOf(answer, 'x-request-id'), ['mine-too']);
    },
  },
  {
    name: 'a valid request id is kept, on the request and on the response',
    run: async (application) => {
      const answer = await send(`${application.url}/id`, { headers: { 'X-Request-ID': 'abc.DEF:1=+/@-_' } });
      assert.equal(answer.body, 'abc.DEF:1=+/@-_');
      assert.deepEqual(valuesOf(answer, 'x-request-id'), ['abc.DEF:1=+/@-_']);
      assert.equal(total(application.observer, 'outrider.request_ids.rejected'), 0);
    },
  },
  replacedId('an empty request id', ['']),
  replacedId('a request id of 12,000 characters', ['a'.repeat(12_000)]),
  replacedId('a request id of 129 characters', ['a'.repeat(129)]),
  replacedId('two request ids', ['a1', 'b2']),
  replacedId('a request id with a space', ['a b']),
  replacedId('a request id with markup', ['<script>']),
  {
    name: 'a request id that is not ASCII',
    run: async (application) => {
      const head = Buffer.from(
        'GET /id HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Request-ID: zz\u00e9zz\r\n\r\n',
        'latin1',
      );
      const answer = await sendRaw(application.port, head);
      assert.match(answer, /^HTTP\/1\.1 200 /);
      assert.doesNotMatch(answer, /zz/);
      assert.equal(total(application.observer, 'outrider.request_ids.rejected'), 1);
    },
  },
  {
    name: 'a request id with CR and LF splits nothing',
    run: async (application) => {
      const answer = await sendRaw(
        application.port,
        'GET /id HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Request-ID: a\r\n b\r\nSet-Cookie: x=1\r\n\r\n',
      );
      // Node refuses the folded line or joins it; in neither case may it come back.
      assert.doesNotMatch(answer, /set-cookie|a\r\n b/i);
    },
  },
  {
    name: 'pipelined requests each have their own id and end',
    run: async (application) => {
      const one = (close: boolean): string =>
        `GET /users/1 HTTP/1.1\r\nHost: localhost\r\n${close ? 'Connection: close\r\n' : ''}\r\n`;
      const answer = await sendRaw(application.port, one(false) + one(false) + one(true));
      const ids = [...answer.matchAll(/x-request-id: (\S+)/gi)].map(([, id]) => id);
      assert.equal(new Set(ids).size, 3);
      await allEnded(application, 3);
      assert.equal(total(application.observer, DURATION, { 'http.route': ROUTES.template }), 3);
      assertAtRest(application);
    },
  },
];

interface Expected {
  readonly route?: string;
  readonly status: number;
  readonly error?: string;
  readonly method?: string;
}

// A request that is answered: its headers, and one value under the labels expected.
function recorded(name: string, path: string, expected: Expected, body?: string): Case {
  return {
    name,
    run: async (application) => {
      const answer = await send(application.url + path);
      assert.equal(answer.status, expected.status);
      if (body !== undefined) assert.equal(answer.body, body);
      assertHeaders(answer);
      await assertRecorded(application, expected);
    },
  };
}

function left(
  name: string,
  path: string,
  after: 'request' | 'first-bytes',
  expected: { readonly outcome: string; readonly status?: number; readonly reset?: boolean },
): Case {
  return {
    name,
    run: async (application) => {
      await sendAndLeave(application.port, path, { after, reset: expected.reset ?? false });
      await allEnded(application, 1);
      assertCutOff(application, path, expected.outcome, 'client_disconnect', expected.status);
    },
  };
}

function destroyed(name: string, path: string, status?: number): Case {
  return {
    name,
    run: async (application) => {
      await send(application.url + path).catch(() => undefined);
      await allEnded(application, 1);
      assertCutOff(application, path, 'destroyed_by_server', 'server_destroy', status);
    },
  };
}

function replacedId(name: string, ids: readonly string[]): Case {
  return {
    name: `${name} is replaced and counted`,
    run: async (application) => {
      const answer = await send(`${application.url}/id`, { headers: { 'X-Request-ID': [...ids] } });
      assert.equal(answer.status, 200);
      assert.match(answer.body, UUID);
      assert.deepEqual(valuesOf(answer, 'x-request-id'), [answer.body]);
      assert.equal(total(application.observer, 'outrider.request_ids.rejected'), 1);
    },
  };
}

async function assertRecorded(
  application: Application,
  { route, status, error, method = 'GET' }: Expected,
): Promise<void> {
  await allEnded(application);
  const { observer } = application;
  assert.deepEqual(
    readMetric(observer, DURATION).map(({ attributes, value }) => ({ attributes, value })),
    [
      {
        attributes: {
          'http.request.method': method,
          ...(route === undefined ? {} : { 'http.route': route }),
          'http.response.status_code': status,
          'url.scheme': 'http',
          ...(error === undefined ? {} : { 'error.type': error }),
        },
        value: 1,
      },
    ],
  );
  assert.equal(total(observer, 'http.server.request.outcomes', { outcome: 'completed' }), 1);
  assert.equal(total(observer, 'outrider.route.duration'), 1);
  assertAtRest(application);
}

function assertCutOff(application: Application, route: string, outcome: string, error: string, status?: number): void {
  const { observer } = application;
  const [reading, ...others] = readMetric(observer, DURATION);
  assert.equal(others.length, 0);
  assert.equal(reading?.value, 1);
  assert.equal(reading.attributes['http.route'], route);
  assert.equal(reading.attributes['error.type'], error);
  assert.equal(reading.attributes['http.response.status_code'], status);
  assert.equal(total(observer, 'http.server.request.outcomes', { outcome }), 1);
  assert.equal(total(observer, 'http.server.request.outcomes'), 1);
  assertAtRest(application);
}

function assertAtRest({ observer }: Application): void {
  assert.equal(total(observer, 'http.server.active_requests'), 0);
}

function assertHeaders(answer: Answer): void {
  const times = valuesOf(answer, 'x-response-time');
  assert.equal(times.length, 1);
  assert.match(times[0]!, MILLISECONDS);
  const ids = valuesOf(answer, 'x-request-id');
  assert.equal(ids.length, 1);
  assert.match(ids[0]!, UUID);
}

function valuesOf({ rawHeaders }: Answer, name: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]!.toLowerCase() === name);
}
