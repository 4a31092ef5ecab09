import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { attempt, describeError } from './odd-case.ts';
import type { Note, OddCase } from './odd-case.ts';

const EVENTS = ['prefinish', 'finish', 'close', 'error', 'drain', 'pipe', 'unpipe'] as const;

type Loose = Record<'write' | 'end' | 'setHeader', (...given: readonly unknown[]) => unknown>;

function tried(response: ServerResponse, note: Note, method: keyof Loose, ...given: readonly unknown[]): void {
  const called = (error?: Error | null): void => note(`${method} called back`, describeError(error));
  attempt(note, method, () => {
    const result = (response as unknown as Loose)[method](...given, ...(method === 'setHeader' ? [] : [called]));
    return result === response ? 'the response' : result;
  });
}

/** Mistakes: the application gets the same error, the client the same bytes. */
export const ODD_MISTAKES: readonly OddCase[] = [
  {
    name: 'write and end after end',
    handle: (_, response, note) => {
      response.end('ok');
      tried(response, note, 'write', 'late');
      tried(response, note, 'end', 'later');
      tried(response, note, 'end');
    },
  },
  {
    name: 'write and end after the close',
    handle: (_, response, note) => {
      response.once('close', () => {
        tried(response, note, 'write', 'late');
        tried(response, note, 'end', 'later');
      });
      response.end('ok');
    },
  },
  ...([undefined, null, 7, {}, ['a']] as const).map<OddCase>((chunk) => ({
    name: `a chunk of ${JSON.stringify(chunk)}`,
    handle: (_, response, note) => {
      tried(response, note, 'write', chunk);
      note('headersSent', response.headersSent);
      tried(response, note, 'end', chunk);
      if (!response.writableEnded) response.end('ok');
    },
  })),
  {
    name: 'an encoding that is none',
    handle: (_, response, note) => {
      attempt(note, 'write', () => response.write('a', 'none' as BufferEncoding));
      response.end('ok');
    },
  },
  {
    name: 'invalid names and values by setHeader',
    handle: (_, response, note) => {
      tried(response, note, 'setHeader', 'X A', '1');
      tried(response, note, 'setHeader', 'X-A', 'a\nb');
      tried(response, note, 'setHeader', 'X-A', undefined);
      tried(response, note, 'setHeader', '', '1');
      response.end('ok');
    },
  },
  {
    name: 'a strict length that is missed',
    endless: 'http',
    handle: (_, response, note) => {
      response.strictContentLength = true;
      response.setHeader('Content-Length', 4);
      attempt(note, 'end', () => response.end('ab') === response);
    },
  },
  {
    name: 'a strict length that is exceeded',
    endless: 'http',
    handle: (_, response, note) => {
      response.strictContentLength = true;
      response.setHeader('Content-Length', 4);
      attempt(note, 'write', () => response.write('abcd'));
      attempt(note, 'write', () => response.write('ef'));
      attempt(note, 'end', () => response.end() === response);
    },
  },
  {
    name: 'a strict length that is met',
    handle: (_, response, note) => {
      response.strictContentLength = true;
      response.setHeader('Content-Length', 4);
      attempt(note, 'write', () => response.write('ab'));
      attempt(note, 'end', () => response.end('cd') === response);
    },
  },
  {
    name: 'two heads',
    handle: (_, response, note) => {
      attempt(note, 'first', () => response.writeHead(200, { 'X-A': '1' }) === response);
      attempt(note, 'second', () => response.writeHead(200, { 'X-B': '1' }) === response);
      attempt(note, 'third', () => response.writeHead(200) === response);
      response.end('ok');
    },
  },
  {
    name: 'a head after a write',
    handle: (_, response, note) => {
      response.write('a');
      attempt(note, 'writeHead', () => response.writeHead(200, { 'X-B': '1' }) === response);
      response.end('b');
    },
  },
  {
    name: 'a head after the end',
    handle: (_, response, note) => {
      response.end('a');
      attempt(note, 'writeHead', () => response.writeHead(200, { 'X-B': '1' }) === response);
      attempt(note, 'setHeader', () => response.setHeader('X-B', '1'));
    },
  },
  {
    name: 'the response destroyed before anything',
    handle: (_, response, note) => {
      note('destroy', response.destroy() === response);
      tried(response, note, 'write', 'late');
      tried(response, note, 'end', 'later');
    },
  },
  {
    name: 'the response destroyed with an error',
    handle: (_, response) => {
      response.write('first', () => response.destroy(new Error('planned')));
    },
  },
  {
    name: 'the request destroyed',
    endless: 'h2c',
    handle: (request) => void request.destroy(),
  },
  {
    name: 'the socket ended',
    handle: (request, response) => {
      response.write('first', () => request.socket.end('raw'));
    },
  },
  {
    name: 'bytes on the socket itself',
    handle: (request, _, note) => {
      attempt(note, 'socket', () => request.socket.end('HTTP/1.1 299 Raw\r\nConnection: close\r\n\r\nraw') && true);
    },
    without: 1,
  },
  {
    name: 'as many listeners as may be',
    handle: (_, response) => {
      for (const event of EVENTS) {
        // One notes events, and Node has one of its own for this.
        const taken = event === 'finish' ? 2 : 1;
        for (let left = EventEmitter.defaultMaxListeners - taken; left > 0; left--) response.on(event, () => undefined);
      }
      response.end('ok');
    },
  },
  {
    name: 'the shape of its methods',
    handle: (_, response, note) => {
      for (const name of ['write', 'end', 'setHeader', 'flushHeaders', 'on', 'destroy'] as const) {
        note(name, [typeof response[name], response[name].length, response[name].name]);
      }
      note('writeHead', [typeof response.writeHead, response.writeHead.length, response.writeHead.name]);
      response.end('ok');
    },
  },
];
