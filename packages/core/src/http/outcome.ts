import type { IncomingMessage, ServerResponse } from 'node:http';

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
  if (response.writableFinished) return 'completed';
  if (response.writableEnded && !isConnected(request)) return 'completed';
  if (!leftByClient(request)) return 'destroyed_by_server';
  return response.headersSent ? 'aborted_mid_stream' : 'aborted_before_headers';
}

// What is made up, as by Fastify's inject(), has no connection that its answer could be lost on.
function isConnected({ socket }: { readonly socket: Partial<IncomingMessage['socket']> | null }): boolean {
  return typeof socket?.destroy === 'function';
}

const NO_ERROR = new Error('none');

// Node reports a connection that the client dropped and one that the server destroyed alike, on request and response.
// The socket tells them apart: a client that leaves ends its side or resets it, before this side destroys anything.
function leftByClient(request: IncomingMessage): boolean {
  // Requests that are made up, as tests do, may have none.
  const socket: IncomingMessage['socket'] | null = request.socket;
  if (socket === null) return false;
  if (socket.readableEnded) return true;
  const { code }: NodeJS.ErrnoException = socket.errored ?? NO_ERROR;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED' || code === 'ETIMEDOUT';
}
