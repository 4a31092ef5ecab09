import { Instrumentation } from '@outrider/core';
import type { Exchange, OutriderOptions } from '@outrider/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { routeTemplateOf, watchRoutes } from './route-match.ts';

export { getObserver } from '@outrider/core';
export type { OutriderOptions } from '@outrider/core';

/** The type of `ctx.state`, for `new Koa<OutriderState>()`. */
export interface OutriderState {
  /** The request id, as it stands in the response's X-Request-ID. */
  requestId: string;
}

/** What of a Koa context is needed here. */
export interface KoaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly app: { readonly context: object };
  readonly state: object;
}

/** A middleware of Koa 2 or 3. */
export type KoaMiddleware = (context: KoaContext, next: () => Promise<unknown>) => Promise<unknown>;

/**
 * Measures every request of a Koa application. Use it first.
 *
 * @param options see {@link OutriderOptions}; each has a default
 * @throws {OutriderError} on a wrong option, naming it
 * @example
 * import Koa from 'koa';
 * import { outrider } from '@outrider/koa';
 *
 * const app = new Koa();
 * app.use(outrider());
 */
export function outrider(options: OutriderOptions = {}): KoaMiddleware {
  const instrumentation = new Instrumentation(options, ({ context }: Exchange) => routeTemplateOf(context as object));
  return function outriderMiddleware(context, next) {
    const exchange = instrumentation.begin(context.req, context.res, context);
    if (exchange !== undefined) {
      watchRoutes(context.app.context);
      if (exchange.id !== '') Object.assign(context.state, { requestId: exchange.id });
    }
    return next();
  };
}
