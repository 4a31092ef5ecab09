import { Instrumentation } from '@outrider/core';
import type { OutriderOptions } from '@outrider/core';
import { OutriderError, show } from '@outrider/core/errors';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { observeServer } from './observe-server.ts';
import type { NodeServer } from './observe-server.ts';

export { getObserver } from '@outrider/core';
export type { OutriderOptions } from '@outrider/core';
export type { NodeServer } from './observe-server.ts';

/** A request that is measured; the id is there unless the option `requestId` is false. */
export type IdentifiedRequest<Request extends object = IncomingMessage> = Request & { readonly id: string };

/**
 * Measures every request of a server, HTTP/1.1 and HTTP/2, and its upgrades. It listens to nothing: what the server does,
 * and what its listeners see, stays as it is.
 *
 * @param options see {@link OutriderOptions}; each has a default. There is no router, so `route` tells the routes
 * @returns the same server
 * @throws {OutriderError} on a wrong option, naming it, or if the first argument is no server
 * @example
 * import { createServer } from 'node:http';
 * import { outrider } from '@outrider/node';
 *
 * const server = outrider(createServer((request, response) => response.end('hello')));
 * server.listen(3000);
 */
export function outrider<
  Server extends NodeServer,
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
>(server: Server, options: OutriderOptions<Request, Response> = {}): Server {
  if (!isServer(server)) {
    throw new OutriderError('OUTRIDER_OPTION', {
      option: 'server (the first argument)',
      value: show(server),
      expected: 'a server of node:http, node:https or node:http2',
    });
  }
  observeServer(server, new Instrumentation(options as OutriderOptions, undefined));
  return server;
}

/**
 * The id of a request, as it stands in the response's X-Request-ID; undefined if it is not measured, or has none.
 *
 * @example requestId(request) // '0f8fad5b-d9cb-469f-a165-70867728950e'
 */
export function requestId(request: IncomingMessage | Http2ServerRequest): string | undefined {
  const { id } = request as { readonly id?: unknown };
  return typeof id === 'string' ? id : undefined;
}

// A net.Server emits no requests; `setTimeout` is what those that do have beside it.
function isServer(value: unknown): boolean {
  const server = (value ?? {}) as Partial<NodeServer>;
  return [server.emit, server.listenerCount, server.listen, server.setTimeout].every(
    (method) => typeof method === 'function',
  );
}
