import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { RawRoutes } from './raw-handler.ts';

/** Answers in one piece, with the headers and statuses that are out of the ordinary. */
export const ANSWERS: RawRoutes = {
  '/no-content': (_, response) => {
    response.writeHead(204).end();
  },
  '/not-modified': (_, response) => {
    response.statusCode = 304;
    response.end();
  },
  '/empty': (_, response) => {
    response.end();
  },
  '/own-headers': (_, response) => {
    response.setHeader('X-Response-Time', 'mine');
    response.writeHead(200, { 'x-request-id': 'mine-too' });
    response.end('ok');
  },
  '/flat-headers': (_, response) => {
    response.writeHead(200, ['Content-Type', 'text/plain', 'X-Flat', '1']);
    response.end('ok');
  },
  '/paired-headers': (_, response) => {
    response.writeHead(200, [
      ['Content-Type', 'text/plain'],
      ['X-Paired', '1'],
    ] as unknown as string[]);
    response.end('ok');
  },
  '/bad-head': (_, response) => {
    try {
      response.writeHead(200, { ':bad': 'never a name of a header' });
    } catch {
      response.writeHead(500);
    }
    response.end();
  },
  '/early-hints': (_, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    response.end('ok');
  },
  '/processing': (_, response) => {
    const { stream } = response as ServerResponse & { stream?: ServerHttp2Stream };
    if (stream === undefined) response.writeProcessing();
    else stream.additionalHeaders({ ':status': 102 });
    response.end('ok');
  },
  '/trailers': (_, response) => {
    response.setHeader('Trailer', 'X-Sum');
    response.write('counted');
    response.addTrailers({ 'X-Sum': '7' });
    response.end();
  },
  '/last-answer': (_, response) => {
    response.setHeader('Connection', 'close');
    response.end('ok');
  },
  '/encodings': (_, response) => {
    response.write('é', 'latin1');
    response.write('00ff', 'hex');
    response.end('ü€');
  },
  '/id': (request, response) => {
    response.end(String((request as IncomingMessage & { id?: unknown }).id));
  },
  '/slow': (_, response) => {
    setTimeout(() => response.end('slow'), 80);
  },
  '/excluded': (_, response) => {
    response.end('ok');
  },
};
