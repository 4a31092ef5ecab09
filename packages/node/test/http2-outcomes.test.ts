import type { ServerResponse } from 'node:http';
import { constants } from 'node:http2';
import type { ClientHttp2Stream, Http2ServerRequest, Http2ServerResponse, OutgoingHttpHeaders } from 'node:http2';
import { describe, expect, test } from 'vitest';
import { until } from '../../conformance/src/until.ts';
import { openSession } from './http2-client.ts';
import type { Session } from './http2-client.ts';
import { start } from './start.ts';
import type { Started } from './start.ts';

interface OutcomeCase {
  readonly name: string;
  readonly handler: (response: Http2ServerResponse, request: Http2ServerRequest, started: Started) => void;
  readonly headers?: OutgoingHttpHeaders;
  readonly open?: boolean;
  /** What the client does, once the request is under way or, with `after`, the headers of its answer have come. */
  readonly client?: (stream: ClientHttp2Stream, session: Session) => void;
  readonly after?: 'headers';
  readonly outcome: string;
  readonly status?: number;
}

const hang = (): void => undefined;
const drip = (response: Http2ServerResponse): void => void response.write('first');
const big = Buffer.alloc(8 << 20);
const POST = { ':method': 'POST' };
const read = (stream: ClientHttp2Stream): void => void stream.resume();
const before = 'aborted_before_headers';
const mid = { outcome: 'aborted_mid_stream', status: 200 };
const completed = { outcome: 'completed', status: 200 };
const destroyed = 'destroyed_by_server';
const after = 'headers';

const CASES: readonly OutcomeCase[] = [
  { name: 'an answer', handler: (response) => void response.end('ok'), client: read, ...completed },
  { name: 'an answer to HEAD', handler: (response) => void response.end('ok'), headers: { ':method': 'HEAD' }, client: read, ...completed },
  { name: '204', handler: (response) => void response.writeHead(204).end(), client: read, outcome: 'completed', status: 204 },
  { name: '304', handler: (response) => void response.writeHead(304).end(), client: read, outcome: 'completed', status: 304 },
  { name: 'trailers', handler: (response) => { response.addTrailers({ 'x-sum': '1' }); response.end('ok'); }, client: read, ...completed },
  { name: 'early hints', handler: (response) => { response.writeEarlyHints({ link: '</a.css>; rel=preload' }); response.end('ok'); }, client: read, ...completed },
  { name: 'a push beside it', handler: (response) => response.createPushResponse({ ':path': '/pushed' }, (error, pushed) => { if (error === null) pushed.end('pushed'); response.end('ok'); }), client: read, ...completed },
  { name: 'an answer to a body that nobody reads', handler: (response) => void response.end('ok'), headers: POST, open: true, client: read, ...completed },
  { name: 'an answer through the stream', handler: ({ stream }) => { stream.respond({ ':status': 201 }); stream.end('ok'); }, client: read, outcome: 'completed', status: 201 },
  { name: 'an end of the stream', handler: (response) => { response.write('ok'); response.stream.end(); }, client: read, ...completed },
  { name: 'an end and a close of the stream', handler: (response) => { response.end('ok'); response.stream.close(); }, client: read, ...completed },
  { name: 'a session that closes after it', handler: (response) => { response.stream.session!.close(); response.end('ok'); }, client: read, ...completed },
  { name: 'a client that ends its session after it', handler: (response) => void response.end(big), client: (stream, { session }) => { session.close(); read(stream); }, after, ...completed },

  { name: 'a cancel before', handler: hang, client: (stream) => stream.close(constants.NGHTTP2_CANCEL), outcome: before },
  { name: 'a cancel without an error before', handler: hang, client: (stream) => stream.close(), outcome: before },
  { name: 'a cancel before, of a body under way', handler: hang, headers: POST, open: true, client: (stream) => stream.close(constants.NGHTTP2_CANCEL), outcome: before },
  { name: 'an internal error of the client before', handler: hang, client: (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR), outcome: before },
  { name: 'a cancel mid-stream', handler: drip, client: (stream) => stream.close(constants.NGHTTP2_CANCEL), after, ...mid },
  { name: 'a cancel of what is written but not sent', handler: (response) => void response.end(big), client: (stream) => stream.close(constants.NGHTTP2_CANCEL), after, ...mid },
  { name: 'a session destroyed by the client before', handler: hang, client: (_, { session }) => session.destroy(), outcome: before },
  { name: 'a session destroyed by the client with an error', handler: hang, client: (_, { session }) => session.destroy(undefined, constants.NGHTTP2_INTERNAL_ERROR), outcome: before },
  { name: 'a session destroyed by the client mid-stream', handler: drip, client: (_, { session }) => session.destroy(), after, ...mid },
  { name: 'GOAWAY with an error', handler: hang, client: (_, { session }) => session.goaway(constants.NGHTTP2_INTERNAL_ERROR), outcome: before },
  { name: 'GOAWAY and the end of the connection', handler: hang, client: (_, { session, raw }) => { session.goaway(); setImmediate(() => raw.destroy()); }, outcome: before },
  { name: 'a connection dropped by the client before', handler: hang, client: (_, { raw }) => void raw.destroy(), outcome: before },
  { name: 'a connection dropped by the client mid-stream', handler: drip, client: (_, { raw }) => void raw.destroy(), after, ...mid },
  { name: 'a connection reset by the client before', handler: hang, client: (_, { raw }) => void raw.resetAndDestroy(), outcome: before },
  { name: 'a connection reset by the client mid-stream', handler: drip, client: (_, { raw }) => void raw.resetAndDestroy(), after, ...mid },
  { name: 'a connection dropped before all was sent', handler: (response) => void response.end(big), client: (_, { raw }) => void raw.destroy(), after, ...mid },
  { name: 'a connection reset before all was sent', handler: (response) => void response.end(big), client: (_, { raw }) => void raw.resetAndDestroy(), after, ...mid },
  { name: 'a client that sends what is no HTTP/2', handler: hang, client: (_, { raw }) => void raw.write(Buffer.alloc(64, 255)), outcome: before },

  { name: 'stream.close()', handler: ({ stream }) => stream.close(), outcome: destroyed },
  { name: 'stream.close(CANCEL)', handler: ({ stream }) => stream.close(constants.NGHTTP2_CANCEL), outcome: destroyed },
  { name: 'stream.close(INTERNAL_ERROR)', handler: ({ stream }) => stream.on('error', hang).close(constants.NGHTTP2_INTERNAL_ERROR), outcome: destroyed },
  { name: 'stream.destroy()', handler: ({ stream }) => void stream.destroy(), outcome: destroyed },
  { name: 'stream.destroy() with the reset of another connection', handler: (response, request) => { request.on('error', hang); response.on('error', hang); response.stream.destroy(Object.assign(new Error('another'), { code: 'ECONNRESET' })); }, outcome: destroyed },
  { name: 'response.destroy()', handler: (response) => void (response as unknown as ServerResponse).destroy(), outcome: destroyed },
  { name: 'session.destroy()', handler: ({ stream }) => stream.session!.destroy(), outcome: destroyed },
  { name: 'session.socket.destroy()', handler: ({ stream }) => void stream.session!.socket.destroy(), outcome: destroyed },
  { name: 'a connection that the server destroys', handler: (_, __, { sockets }) => { for (const socket of sockets) socket.destroy(); }, outcome: destroyed },
  { name: 'stream.close() mid-stream', handler: (response) => void response.write('first', () => response.stream.close()), outcome: destroyed, status: 200 },
  { name: 'stream.close(CANCEL) mid-stream', handler: (response) => void response.write('first', () => response.stream.close(constants.NGHTTP2_CANCEL)), outcome: destroyed, status: 200 },
  { name: 'response.destroy() mid-stream', handler: (response) => void response.write('first', () => (response as unknown as ServerResponse).destroy()), outcome: destroyed, status: 200 },
  { name: 'session.destroy() mid-stream', handler: (response) => void response.write('first', () => response.stream.session!.destroy()), outcome: destroyed, status: 200 },
  { name: 'stream.destroy() before all was sent', handler: (response) => { response.end(big); setImmediate(() => response.stream.destroy()); }, outcome: destroyed, status: 200 },
]; // oxfmt-ignore

describe.each(['h2c', 'h2'] as const)('the outcome over %s of', (transport) => {
  // A byte that is no TLS ends the connection before HTTP/2 sees it.
  const cases = CASES.filter(({ name }) => transport === 'h2c' || !name.includes('no HTTP/2'));
  test.each(cases)('$name', async ({ handler, headers, open, client, outcome, status, ...given }) => {
    const started: Started = await start(transport, (request, response) => {
      handler(response as unknown as Http2ServerResponse, request as unknown as Http2ServerRequest, started);
    });
    started.server.on('sessionError', () => undefined);
    const session = await openSession(started, transport === 'h2');
    const stream = session.send(headers, open);
    if (given.after === 'headers') await new Promise((resolve) => stream.once('response', resolve));
    else if (outcome === before) await until(() => started.active === 1, 'the request is under way');
    client?.(stream, session);
    await started.ended();
    expect(started.outcomes).toEqual({ [outcome]: 1 });
    expect(started.statuses).toEqual([status]);
  });
});
