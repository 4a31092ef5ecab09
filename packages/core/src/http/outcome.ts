import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerResponse, ServerHttp2Stream } from 'node:http2';
import type { Exchange } from './exchange.ts';
import { endedByServer } from './http2-stream.ts';
import { leftByClient } from './left-by-client.ts';

/** How a request can end; each ends exactly once. The order is the order of the counters. */
export const OUTCOMES = ['completed', 'aborted_before_headers', 'aborted_mid_stream', 'destroyed_by_server'] as const;

/** How a request ended. */
export type Outcome = (typeof OUTCOMES)[number];

/** `error.type` by the index that a series' key holds: none, a 5xx status (its own text), the two ways to be cut off. */
export const ERROR_NONE = 0;
export const ERROR_STATUS = 1;
export const ERROR_CLIENT = 2;
export const ERROR_SERVER = 3;

/** The outcome of a response whose `close` has just been emitted. */
export function outcomeOf(request: IncomingMessage, response: ServerResponse): Outcome {
  if (request.httpVersionMajor === 2) return http2OutcomeOf(http2StreamOf(response));
  if (response.writableFinished) return 'completed';
  if (response.writableEnded && !isConnected(request)) return 'completed';
  if (destroyedByServer(request, response)) return 'destroyed_by_server';
  return headersReachedSocket(request, response) ? 'aborted_mid_stream' : 'aborted_before_headers';
}

/** The status that was sent with a response; 0 if none was. */
export function sentStatus({ request, response, headStatus }: Exchange): number {
  if (request.httpVersionMajor !== 2) {
    return headersReachedSocket(request, response) ? headStatus || response.statusCode : 0;
  }
  const stream = http2StreamOf(response);
  // The stream's own headers: an application may have answered through the stream, past the response.
  return stream.headersSent ? Number(stream.sentHeaders[':status'] ?? response.statusCode) : 0;
}

// Node closes a response alike whether the client dropped the connection or the server destroyed it. What the server
// destroys it with it hands on to the socket: a proxy often passes on the ECONNRESET of another connection.
function destroyedByServer(request: IncomingMessage, response: ServerResponse): boolean {
  // Requests that are made up, as tests do, may have none.
  const socket: IncomingMessage['socket'] | null | undefined = request.socket;
  if (!socket) return true;
  const { errored } = socket;
  if (errored && (errored === response.errored || errored === request.errored)) return true;
  // Also where Node itself ended it, having answered past the response: 408 after `requestTimeout`, 400 for a bad chunk.
  return !leftByClient(socket);
}

// A pipelined response has no socket until those before it are done: its headers may be written, and go nowhere.
function headersReachedSocket(request: IncomingMessage, response: ServerResponse): boolean {
  return response.headersSent && (response.socket !== null || response.writableFinished || !isConnected(request));
}

// What is made up, as by Fastify's inject(), has no connection that its answer could be lost on.
function isConnected({ socket }: { readonly socket: Partial<IncomingMessage['socket']> | null }): boolean {
  return typeof socket?.destroy === 'function';
}

function http2StreamOf(response: ServerResponse): ServerHttp2Stream {
  return (response as unknown as Http2ServerResponse).stream;
}

// `writableFinished` of a stream is true of a cancelled one too, which Node ends itself: but then it is `aborted`.
// `aborted` in turn is false where all was written and the client left before it was sent: but that never finishes.
function http2OutcomeOf(stream: ServerHttp2Stream): Outcome {
  if (stream.writableFinished && !stream.aborted) return 'completed';
  if (endedByServer(stream)) return 'destroyed_by_server';
  return stream.headersSent ? 'aborted_mid_stream' : 'aborted_before_headers';
}
