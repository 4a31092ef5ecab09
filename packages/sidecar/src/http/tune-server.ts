import type { Server, ServerOptions } from 'node:http';

/**
 * What only the constructor of a server can set: 16 KiB of headers at most, and looking for overdue requests every
 * second (Node looks every 30 s, so that the timeouts of {@link tuneServer} would be 30 s late).
 */
export const serverOptions: Readonly<Pick<ServerOptions, 'maxHeaderSize' | 'connectionsCheckingInterval'>> =
  Object.freeze({ maxHeaderSize: 16_384, connectionsCheckingInterval: 1_000 });

/**
 * Sets the timeouts of a listener: 5 s for the headers, 10 s for the whole request, 75 s between two requests. An
 * application of Outrider keeps its connection for longer (`push-sender.ts`).
 */
export function tuneServer(server: Server): void {
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  server.keepAliveTimeout = 75_000;
}
