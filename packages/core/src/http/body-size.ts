import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { exchangeOf } from './exchange.ts';
import type { Exchange } from './exchange.ts';

// Sizes are counted where the bytes pass, since a header may be absent (chunks, HTTP/2) and a socket counts framing too.

type Callback = (error?: Error | null) => void;

/** Takes the place of a response's `write`: counts, and goes on to the one before. */
export function write(
  this: ServerResponse,
  chunk: unknown,
  encoding?: BufferEncoding | Callback,
  callback?: Callback,
): boolean {
  const exchange = exchangeOf(this)!;
  if (!this.writableEnded) exchange.responseBytes += byteLength(chunk, encoding);
  return exchange.write.call(this, chunk, encoding as BufferEncoding, callback);
}

/** Takes the place of a response's `end`: counts its chunk, and goes on to the one before. */
export function end(
  this: ServerResponse,
  chunk?: unknown,
  encoding?: BufferEncoding | Callback,
  callback?: Callback,
): ServerResponse {
  const exchange = exchangeOf(this)!;
  const counted = exchange.responseBytes;
  const wasEnded = this.writableEnded;
  const result = exchange.end.call(this, chunk, encoding as BufferEncoding, callback);
  // HTTP/2's `end` writes its chunk by `write`, which has counted it.
  if (!wasEnded && exchange.responseBytes === counted) exchange.responseBytes += byteLength(chunk, encoding);
  return result;
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  }
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}

const UNKNOWN = -1;

/** Sees to it that the size of a request's body is known at the end where no header tells it. */
export function countRequestBody(exchange: Exchange): void {
  const { request } = exchange;
  const { headers } = request;
  if (request.httpVersionMajor === 2) {
    // Its `complete` is true of aborted requests too: only the end of the body tells that it was whole.
    if (!(request as unknown as Http2ServerRequest).stream.endAfterHeaders) countPushes(exchange);
  } else if (headers['transfer-encoding'] !== undefined) {
    countPushes(exchange);
  }
}

// Node hands each part of a body to `push`, in whatever way the application then reads it, or does not.
function countPushes(exchange: Exchange): void {
  const { request } = exchange;
  // oxlint-disable-next-line typescript/unbound-method -- called with the request as `this`
  const { push } = request;
  const counted = { bytes: 0, ended: false };
  exchange.requestBody = counted;
  request.push = function countingPush(this: IncomingMessage, chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk === null) counted.ended = true;
    else counted.bytes += byteLength(chunk, encoding);
    return push.call(this, chunk, encoding);
  };
}

/** The size of a request's body in bytes; -1 if it had none, or was not received whole. */
export function requestBodySize({ request, requestBody }: Exchange): number {
  const declared = request.headers['content-length'];
  if (requestBody === undefined) return declared === undefined || !request.complete ? UNKNOWN : Number(declared);
  if (!requestBody.ended) return UNKNOWN;
  if (request.httpVersionMajor !== 2) return requestBody.bytes;
  // There Node pushes only what the application reads, and ends a body that was cut off like one that came whole.
  if ((request as unknown as Http2ServerRequest).stream.rstCode !== 0) return UNKNOWN;
  const whole = declared === undefined ? requestBody.bytes > 0 : requestBody.bytes === Number(declared);
  return whole ? requestBody.bytes : UNKNOWN;
}

/** The size of a response's body in bytes; -1 if the response did not get to its end. */
export function responseBodySize({ request, responseBytes, status, outcome }: Exchange): number {
  if (outcome !== 0) return UNKNOWN;
  // Node takes a body of these, and does not send it.
  return request.method === 'HEAD' || status === 204 || status === 304 ? 0 : responseBytes;
}
