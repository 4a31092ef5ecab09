import { Instrumentation } from '@outrider/core';
import type { Exchange, OutriderOptions } from '@outrider/core';
import type { Next } from 'hono';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { routeTemplate } from './route-template.ts';
import type { RoutedRequest } from './route-template.ts';

export { getObserver } from '@outrider/core';
export type { OutriderOptions } from '@outrider/core';

declare module 'hono' {
  interface ContextVariableMap {
    /** The request id, as it stands in the response's X-Request-ID. */
    requestId: string;
  }
}

/** What of a Hono context is needed here; `@hono/node-server` puts Node's own request and response into `env`. */
export interface HonoContext {
  readonly env: unknown;
  readonly req: RoutedRequest;
  set(name: 'requestId', value: string): void;
}

interface NodeBindings {
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
}

/** A middleware of Hono 4. */
export type HonoMiddleware = (context: HonoContext, next: Next) => Promise<void>;

/**
 * Measures every request of a Hono application on Node.js. Use it first.
 *
 * @param options see {@link OutriderOptions}; each has a default
 * @throws {OutriderError} on a wrong option, naming it
 * @example
 * import { serve } from '@hono/node-server';
 * import { Hono } from 'hono';
 * import { outrider } from '@outrider/hono';
 *
 * const app = new Hono();
 * app.use(outrider());
 * serve(app);
 */
export function outrider<Request extends IncomingMessage, Response extends ServerResponse>(
  options: OutriderOptions<Request, Response> = {},
): HonoMiddleware {
  const instrumentation = new Instrumentation(options as OutriderOptions, findRoute);
  return function outriderMiddleware(context, next) {
    const { incoming, outgoing } = (context.env ?? {}) as NodeBindings;
    if (incoming === undefined) warnOnce();
    else {
      // A websocket has no response.
      if (outgoing === undefined) instrumentation.beginUpgrade(incoming, incoming.socket);
      const exchange = instrumentation.begin(incoming, outgoing, context);
      if (exchange !== undefined && exchange.id !== '') context.set('requestId', exchange.id);
    }
    return next();
  };
}

function findRoute({ context }: Exchange): string | undefined {
  return routeTemplate((context as HonoContext).req);
}

let warned = false;

function warnOnce(): void {
  if (warned) return;
  warned = true;
  // Not every runtime that Hono runs on has a process.
  globalThis.process?.emitWarning?.(
    '@outrider/hono measures only what @hono/node-server serves: this request came without the request and response of ' +
      'Node.js in c.env (incoming, outgoing), as on another runtime or by app.request(), and was passed on.',
    'OutriderWarning',
  );
}
