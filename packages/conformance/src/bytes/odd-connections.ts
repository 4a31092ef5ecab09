import { attempt } from './odd-case.ts';
import type { OddCase } from './odd-case.ts';

const HOST = 'Host: localhost\r\n';
const LAST = 'Connection: close\r\n';

function request(target: string, headers: string, body = ''): string {
  return `${body === '' ? 'GET' : 'POST'} ${target} HTTP/1.1\r\n${HOST}${headers}\r\n${body}`;
}

/** Connections: versions, reuse, what comes before the answer. */
export const ODD_CONNECTIONS: readonly OddCase[] = [
  {
    name: 'HTTP/1.0',
    send: (target) => `GET ${target} HTTP/1.0\r\n${HOST}\r\n`,
    handle: (_, response) => {
      response.write('a');
      response.end('b');
    },
  },
  {
    name: 'HTTP/1.0 that stays',
    send: (target) =>
      `GET ${target} HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\nGET ${target} HTTP/1.0\r\n${HOST}Connection: close\r\n\r\n`,
    handle: (_, response) => void response.end('ok'),
  },
  {
    name: 'pipelined, answered in the opposite order',
    send: (target) => request(target, 'X-Wait: 20\r\n') + request(target, '') + request(target, LAST),
    handle: ({ headers }, response, note) => {
      const wait = Number(headers['x-wait'] ?? 0);
      const answer = (): void => {
        note('write', response.write(`after ${wait} ms`));
        response.end();
      };
      if (wait === 0) answer();
      else setTimeout(answer, wait);
    },
  },
  {
    name: 'Expect: 100-continue',
    send: (target) => request(target, 'Expect: 100-continue\r\nContent-Length: 4\r\n', 'body') + request(target, LAST),
    handle: (received, response, note) => {
      received.on('data', (chunk: Buffer) => note('body', chunk.toString()));
      received.on('end', () => response.end('ok'));
    },
  },
  {
    name: 'an expectation that nobody meets',
    send: (target) => request(target, 'Expect: wonders\r\n') + request(target, LAST),
    without: 1,
    handle: (_, response) => void response.end('ok'),
  },
  {
    name: 'a body in chunks, with trailers, echoed',
    send: (target) =>
      `POST ${target} HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n` +
      request(target, LAST),
    handle: (received, response, note) => {
      received.on('end', () => note('trailers', received.trailers));
      received.pipe(response);
    },
  },
  {
    name: 'a body that nobody reads',
    send: (target) => request(target, 'Content-Length: 4\r\n', 'body') + request(target, LAST),
    handle: (_, response) => void response.end('ok'),
  },
  {
    name: 'a body read by iteration',
    send: (target) => request(target, 'Content-Length: 4\r\n', 'body') + request(target, LAST),
    handle: (received, response, note) => {
      const read = async (): Promise<void> => {
        for await (const chunk of received) note('chunk', String(chunk));
        response.end('ok');
      };
      void read();
    },
  },
  {
    name: 'a body read by halves',
    send: (target) => request(target, 'Content-Length: 4\r\n', 'body') + request(target, LAST),
    handle: (received, response, note) => {
      received.setEncoding('latin1');
      received.on('readable', () => {
        for (let text = received.read(2); text !== null; text = received.read(2)) note('read', text);
      });
      received.on('end', () => response.end('ok'));
    },
  },
  {
    name: 'informational answers',
    handle: (_, response, note) => {
      attempt(note, 'continue', () => response.writeContinue(() => note('continued')));
      attempt(note, 'processing', () => response.writeProcessing(() => note('processed')));
      attempt(note, 'hints', () => response.writeEarlyHints({ link: '</a.css>; rel=preload' }, () => note('hinted')));
      note('headersSent', response.headersSent);
      response.end('ok');
    },
  },
  {
    name: 'writeHead of 103',
    endless: 'h2c',
    // For Node this is the answer, and ours are in it; one more than there are answers above 199.
    without: -1,
    handle: (_, response, note) => {
      attempt(note, 'writeHead', () => response.writeHead(103, { Link: '</a.css>; rel=preload' }) === response);
      note('headersSent', response.headersSent);
      attempt(note, 'end', () => response.end('ok') === response);
    },
  },
  {
    name: 'a connection that is not to stay',
    handle: (_, response) => {
      response.shouldKeepAlive = false;
      response.end('ok');
    },
  },
  {
    name: 'Connection: close of the application',
    handle: (_, response) => {
      response.setHeader('Connection', 'close');
      response.end('ok');
    },
  },
  {
    name: 'a timeout of its own',
    handle: (_, response, note) => {
      response.setTimeout(20, () => {
        note('timed out');
        response.statusCode = 503;
        response.end('late');
      });
    },
  },
];
