import type { Server, ServerOptions } from 'node:http';

/** What a listener takes from clients at most. */
export interface HttpLimits {
  readonly connections: number;
  /** Bytes of the head of a request: its first line and its headers. */
  readonly headerBytes: number;
  /** Milliseconds in which the head of a request must be there. */
  readonly headerTime: number;
  /** Milliseconds in which a whole request must be there. */
  readonly requestTime: number;
}

/** The limits that hold where none are given. */
export const httpLimits: HttpLimits = Object.freeze({
  connections: 1_000,
  headerBytes: 16_384,
  headerTime: 5_000,
  requestTime: 10_000,
});

const KEEP_ALIVE_MS = 75_000;

/**
 * What only the constructor of a server can set: looking for overdue requests every second (Node looks every 30 s, so that
 * the timeouts of {@link tuneServer} would be 30 s late), and leaving a missing Host to the gate.
 */
export const serverOptions: Readonly<Pick<ServerOptions, 'connectionsCheckingInterval' | 'requireHostHeader'>> =
  Object.freeze({ connectionsCheckingInterval: 1_000, requireHostHeader: false });

/**
 * Applies limits to a listener, also to one that listens, and has it keep connections for 75 s between two requests. An
 * application of Outrider keeps its connection for longer (`push-sender.ts`).
 */
export function tuneServer(server: Server, limits: HttpLimits = httpLimits): void {
  const { headerBytes, headerTime, requestTime } = limits;
  // An option of the constructor, which keeps it under this name and looks there for each connection.
  Object.assign(server, { maxHeaderSize: headerBytes });
  server.headersTimeout = headerTime;
  server.requestTimeout = requestTime;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // Node would leave out headers after the 2,000th, and a second Host among them; the bytes are limited.
  server.maxHeadersCount = 0;
}
