import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { attempt, sentHeaders } from './odd-case.ts';
import type { OddCase } from './odd-case.ts';

type LooseHead = (status: number, ...rest: readonly unknown[]) => ServerResponse;

// What JavaScript lets an application pass, whatever the types say.
function writeHead(response: ServerResponse, ...given: Parameters<LooseHead>): ServerResponse {
  return (response.writeHead as LooseHead).call(response, ...given);
}

function head(
  name: string,
  rest: readonly unknown[],
  before?: (response: ServerResponse) => void,
  endless?: OddCase['endless'],
): OddCase {
  return {
    name: `writeHead with ${name}`,
    ...(endless === undefined ? {} : { endless }),
    handle: (_, response, note) => {
      before?.(response);
      attempt(note, 'writeHead', () => writeHead(response, 200, ...rest) === response);
      // The application's own object is none of the middleware's.
      note('given', JSON.stringify(rest));
      attempt(note, 'end', () => response.end('ok') === response);
    },
  };
}

const FROZEN = Object.freeze({ 'Content-Type': 'text/plain', 'X-A': Object.freeze(['1', '2']) });
const INHERITED = Object.create({ 'X-Inherited': 'no' }, { 'X-Own': { value: 'yes', enumerable: true } });
const BARE_OBJECT = Object.assign(Object.create(null), { 'X-Bare': '1' });

/** Heads: every way to say which headers an answer has. */
export const ODD_HEADS: readonly OddCase[] = [
  head('an object', [{ 'Content-Type': 'text/plain', 'X-A': '1' }]),
  head('a frozen object', [FROZEN]),
  head('an object with a prototype', [INHERITED]),
  head('an object without a prototype', [BARE_OBJECT]),
  head('an empty object', [{}]),
  head('a flat list', [['Content-Type', 'text/plain', 'X-A', '1']]),
  head('a flat list with twins', [['X-A', '1', 'x-a', '2', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']]),
  head('a list of pairs', [[['Content-Type', 'text/plain'], ['X-A', '1']]]), // oxfmt-ignore
  head('a list of pairs with twins', [[['X-A', '1'], ['x-a', '2'], ['Set-Cookie', ['a=1', 'b=2']]]]), // oxfmt-ignore
  head('an empty list', [[]]),
  head('a list of odd length', [['X-A', '1', 'X-B']]),
  head('a reason', ['Fine']),
  head('an empty reason', ['', { 'X-A': '1' }]),
  head('a reason and an object', ['Fine', { 'X-A': '1' }]),
  head('a reason and a flat list', ['Fine', ['X-A', '1']]),
  head('a reason that cannot be sent', ['Fi\nne', { 'X-A': '1' }], undefined, 'http'),
  head('undefined and an object', [undefined, { 'X-A': '1' }]),
  head('undefined', [undefined]),
  head('two times undefined', [undefined, undefined]),
  head('null', [null]),
  head('an object and more', [{ 'X-A': '1' }, undefined]),
  head('an object and another', [{ 'X-A': '1' }, { 'X-B': '2' }]),
  head('Headers', [new Headers({ 'X-A': '1' })]),
  head('a Map', [new Map([['X-A', '1']])]),
  head('twins in an object', [{ 'X-Twin': '1', 'x-twin': '2' }]),
  head('a list as a value', [{ 'Set-Cookie': ['a=1', 'b=2'], 'X-List': ['1', '2'] }]),
  head('a number as a value', [{ 'Content-Length': 2, 'X-Number': 7 }]),
  head('undefined as a value', [{ 'X-Undefined': undefined }]),
  head('an invalid name', [{ 'X A': '1' }]),
  head('an invalid value', [{ 'X-A': 'a\r\nb' }]),
  head('an invalid name in a flat list', [['X A', '1']]),
  head('its own Date and Connection', [{ Date: 'Thu, 01 Jan 1970 00:00:00 GMT', Connection: 'close' }]),
  head('its own Keep-Alive', [{ Connection: 'keep-alive', 'Keep-Alive': 'timeout=77' }], undefined, 'h2c'),
  head('its own chunks', [{ 'Transfer-Encoding': 'chunked' }], undefined, 'h2c'),
  head('a length too many', [{ 'Content-Length': '2', 'Transfer-Encoding': 'chunked' }], undefined, 'h2c'),
  head('an object, after setHeader', [{ 'x-a': 'given' }], (response) => response.setHeader('X-A', 'set')),
  head('an object, after setHeader of another', [{ 'X-B': '2' }], (response) => response.setHeader('X-A', '1')),
  head('an object in two cases, after setHeader', [{ 'X-B': '2', 'x-b': '3' }], (response) => response.setHeader('X-A', '1')), // oxfmt-ignore
  head('an object with undefined, after setHeader', [{ 'X-B': undefined }], (response) => response.setHeader('X-A', '1')), // oxfmt-ignore
  head('a flat list, after setHeader', [['x-a', 'given', 'X-B', '2']], (response) => response.setHeader('X-A', 'set')),
  head('a list of pairs, after setHeader', [[['X-B', '2']]], (response) => response.setHeader('X-A', 'set')),
  head('an empty object, after setHeader', [{}], (response) => response.setHeader('X-A', 'set')),
  head('a flat list with twins, after setHeader', [['X-B', '1', 'X-B', '2']], (response) => response.setHeader('X-A', '1')), // oxfmt-ignore
  head('nothing, after setHeader', [], (response) => response.setHeader('X-A', 'set')),
  head('an object, after statusMessage', [{ 'X-A': '1' }], (response) => (response.statusMessage = 'Custom')),
  {
    name: 'its own X-Request-ID and X-Response-Time in writeHead',
    without: 1,
    handle: (_, response) => {
      response.writeHead(200, { 'x-request-id': 'mine', 'X-RESPONSE-TIME': '7' }).end('ok');
    },
  },
  {
    name: 'its own X-Request-ID and X-Response-Time by setHeader',
    without: 1,
    handle: (_, response) => {
      response.setHeader('x-request-id', 'mine');
      response.setHeader('X-RESPONSE-TIME', '7');
      response.end('ok');
    },
  },
  {
    name: 'headers set, appended, removed and asked for',
    handle: (_, response, note) => {
      note('setHeader', response.setHeader('X-Mixed-Case', 'a') === response);
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      attempt(note, 'appendHeader', () => response.appendHeader('Set-Cookie', 'c=3') === response);
      attempt(note, 'appendHeader', () => response.appendHeader('X-Mixed-Case', ['b', 'c']) === response);
      attempt(note, 'setHeaders', () => response.setHeaders(new Map([['X-Map', '1']])) === response);
      response.setHeader('X-Gone', '1');
      note('removeHeader', response.removeHeader('x-gone'));
      note('getHeaders', response.getHeaders());
      note('getHeaderNames', response.getHeaderNames());
      attempt(note, 'getRawHeaderNames', () =>
        (response as ServerResponse & { getRawHeaderNames(): string[] }).getRawHeaderNames(),
      );
      note('hasHeader', [response.hasHeader('x-request-id'), response.hasHeader('x-response-time')]);
      response.end('ok');
    },
  },
  ...['Date', 'Connection', 'Content-Length', 'Transfer-Encoding'].map<OddCase>((name) => ({
    name: `${name} removed`,
    handle: (_, response) => {
      response.removeHeader(name);
      response.end('ok');
    },
    // Without a length or chunks only the end of the connection tells where the body ends.
  })),
  {
    name: 'flushHeaders, and a body later',
    handle: (_, response, note) => {
      response.setHeader('X-A', '1');
      note('flushHeaders', response.flushHeaders());
      note('headersSent', response.headersSent);
      setImmediate(() => response.end('later'));
    },
  },
  {
    name: 'statusCode and statusMessage',
    handle: (_, response) => {
      response.statusCode = 499;
      response.statusMessage = 'Nobody There';
      response.end('ok');
    },
  },
  {
    name: 'a status of no name',
    handle: (_, response) => {
      response.statusCode = 799;
      response.end('ok');
    },
  },
  ...([99, 1000, 'abc', undefined, '201', 200.7] as const).map<OddCase>((status) => ({
    name: `the status ${status}`,
    handle: (_, response, note) => {
      attempt(note, 'writeHead', () => writeHead(response, status as number, { 'X-A': '1' }) === response);
      note('headersSent', response.headersSent);
      note('headers', sentHeaders(response));
      if (!response.headersSent) writeHead(response, 500, { 'X-B': '1' });
      response.end('ok');
    },
  })),
  {
    name: 'no Date',
    handle: (_, response) => {
      response.sendDate = false;
      response.end('ok');
    },
  },
  {
    name: 'a writeHead of its own around',
    handle: (_, response, note) => {
      // As on-headers does it, which compression and others use.
      // oxlint-disable-next-line typescript/unbound-method -- called with the response as `this`
      const { writeHead: inner } = response;
      response.writeHead = function outer(this: ServerResponse, ...given: unknown[]): ServerResponse {
        this.setHeader('X-Around', '1');
        return Reflect.apply(inner, this, given) as ServerResponse;
      };
      note('shape', [typeof inner, inner.length]);
      response.setHeader('X-A', '1');
      response.write('a');
      response.end('b');
    },
  },
  {
    name: 'a head written, and headers asked for after',
    handle: (_, response, note) => {
      response.writeHead(201, { 'X-A': '1' } satisfies OutgoingHttpHeaders);
      note('headers', sentHeaders(response));
      attempt(note, 'setHeader', () => response.setHeader('X-B', '1'));
      attempt(note, 'removeHeader', () => response.removeHeader('X-A'));
      attempt(note, 'appendHeader', () => response.appendHeader('X-A', '2'));
      attempt(note, 'writeHead', () => response.writeHead(500, { 'X-C': '1' }));
      attempt(note, 'writeHead', () => response.writeHead(500));
      attempt(note, 'flushHeaders', () => response.flushHeaders());
      note('statusCode', response.statusCode);
      response.end('ok');
    },
  },
];
