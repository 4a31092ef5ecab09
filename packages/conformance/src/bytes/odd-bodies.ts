import { Readable, pipeline } from 'node:stream';
import { attempt, describeError } from './odd-case.ts';
import type { OddCase } from './odd-case.ts';

const PART = 'x'.repeat(64 * 1024);
const PARTS = 40;

function once(target: string, method: string): string {
  return `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n\r\nGET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
}

/** Bodies: every way to write one, and the answers that have none. */
export const ODD_BODIES: readonly OddCase[] = [
  { name: 'end without a body', handle: (_, response) => void response.end() },
  { name: 'end with an empty text', handle: (_, response) => void response.end('') },
  { name: 'end with text', handle: (_, response) => void response.end('ä€') },
  { name: 'end with latin1', handle: (_, response) => void response.end('ä', 'latin1') },
  { name: 'end with base64', handle: (_, response) => void response.end('YWJj', 'base64') },
  { name: 'end with a buffer', handle: (_, response) => void response.end(Buffer.from('abc')) },
  { name: 'end with bytes', handle: (_, response) => void response.end(new Uint8Array([97, 98, 99])) },
  {
    name: 'callbacks, in their order',
    handle: (_, response, note) => {
      const called = (which: string) => (error?: Error | null) => note(`called ${which}`, describeError(error));
      note('write', response.write('a', called('a')));
      note('write', response.write('b', 'utf8', called('b')));
      note('write', response.write(Buffer.from('c'), called('c')));
      note('end', response.end('d', 'utf8', called('d')) === response);
      note('ended', [response.writableEnded, response.writableFinished, response.finished]);
    },
  },
  {
    name: 'end with a callback only',
    handle: (_, response, note) => void response.end(() => note('ended')),
  },
  {
    name: 'end with a body and a callback',
    handle: (_, response, note) => void response.end('ok', () => note('ended')),
  },
  {
    name: 'an empty write first',
    handle: (_, response, note) => {
      note('write', response.write(''));
      note('headersSent', response.headersSent);
      response.end('ok');
    },
  },
  {
    name: 'a length and writes',
    handle: (_, response) => {
      response.setHeader('Content-Length', 4);
      response.write('ab');
      response.end('cd');
    },
  },
  {
    name: 'a head, writes and an end',
    handle: (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      response.write('ab');
      setImmediate(() => response.end('cd'));
    },
  },
  {
    name: 'more than the client takes at once',
    handle: (_, response, note) => {
      let left = PARTS;
      let refused = 0;
      const write = (): void => {
        while (left > 0) {
          left--;
          if (!response.write(PART)) {
            refused++;
            response.once('drain', write);
            return;
          }
        }
        note('refused', refused);
        response.end();
      };
      write();
    },
  },
  {
    name: 'a pipe',
    handle: (_, response) => void Readable.from(['one', 'two', 'three']).pipe(response),
  },
  {
    name: 'a pipeline',
    handle: (_, response, note) =>
      void pipeline(Readable.from(['one', 'two']), response, (error) => note('piped', describeError(error))),
  },
  {
    name: 'a pipeline that fails',
    handle: (_, response, note) => {
      async function* parts(): AsyncGenerator<string> {
        yield 'one';
        await new Promise((resolve) => response.once('drain', resolve).write('two', resolve));
        throw new Error('planned');
      }
      pipeline(Readable.from(parts()), response, (error) => note('piped', describeError(error)));
    },
  },
  {
    name: 'corked writes',
    handle: (_, response, note) => {
      response.cork();
      response.write('a');
      response.write('b');
      note('corked', response.writableCorked);
      response.uncork();
      response.cork();
      response.write('c');
      response.end('d');
    },
  },
  {
    name: 'trailers',
    handle: (_, response, note) => {
      response.writeHead(200, { Trailer: 'X-Sum, X-Twice' });
      response.write('body');
      attempt(note, 'addTrailers', () => response.addTrailers({ 'X-Sum': '42' }));
      attempt(note, 'addTrailers', () => response.addTrailers([['X-Twice', '1'], ['X-Twice', '2']])); // oxfmt-ignore
      response.end();
    },
  },
  {
    name: 'no chunks',
    handle: (_, response) => {
      response.useChunkedEncodingByDefault = false;
      response.write('a');
      response.end('b');
    },
  },
  {
    name: 'HEAD with a body',
    method: 'HEAD',
    send: (target) => once(target, 'HEAD'),
    handle: (_, response, note) => {
      note('write', response.write('body'));
      response.end('more');
    },
  },
  {
    name: 'HEAD with a length',
    method: 'HEAD',
    send: (target) => once(target, 'HEAD'),
    handle: (_, response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.end();
    },
  },
  ...([204, 205, 304] as const).map<OddCase>((status) => ({
    name: `${status} with a body`,
    handle: (_, response, note) => {
      response.statusCode = status;
      attempt(note, 'write', () => response.write('body'));
      attempt(note, 'end', () => response.end('more') === response);
    },
  })),
  {
    name: '304 by writeHead, with a length',
    handle: (_, response) => void response.writeHead(304, { ETag: '"1"', 'Content-Length': '4' }).end(),
  },
  {
    name: 'compression-like write and end of its own around',
    handle: (_, response, note) => {
      // oxlint-disable-next-line typescript/unbound-method -- called with the response as `this`
      const { write, end } = response;
      response.write = function outer(this: typeof response, chunk: string): boolean {
        return Reflect.apply(write, this, [chunk.toUpperCase()]) as boolean;
      } as typeof write;
      response.end = function outer(this: typeof response, chunk?: string): typeof response {
        return Reflect.apply(end, this, [chunk?.toUpperCase()]) as typeof response;
      } as typeof end;
      note('write', response.write('ab'));
      note('end', response.end('cd') === response);
    },
  },
];
