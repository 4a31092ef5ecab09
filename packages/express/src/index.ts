import { Instrumentation } from '@outrider/core';
import type { Exchange, OutriderOptions as CoreOptions } from '@outrider/core';
import type { Request, Response } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Application, ExpressRequest } from './express-internals.ts';
import { warnOfOrder } from './order.ts';
import { routeMatchOf, watchRoutes } from './route-match.ts';
import { routeTemplate } from './route-template.ts';

export { getObserver } from '@outrider/core';

declare global {
  namespace Express {
    interface Request {
      /** The request id, as it stands in the response's X-Request-ID. */
      id: string;
    }
  }
}

/**
 * The options, with callbacks that take Express's own request and response. A WebSocket does not come to Express: for
 * one, they get Node's, without what Express adds.
 */
export type OutriderOptions<Req extends IncomingMessage = Request, Res extends ServerResponse = Response> = CoreOptions<
  Req,
  Res
>;

/** A middleware of Express 4 or 5. */
export type ExpressMiddleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/**
 * Measures every request of an Express application. Use it first.
 *
 * @param options see {@link OutriderOptions}; each has a default
 * @throws {OutriderError} on a wrong option, naming it
 * @example
 * import express from 'express';
 * import { outrider } from '@outrider/express';
 *
 * const app = express();
 * app.use(outrider());
 */
export function outrider<Req extends IncomingMessage = Request, Res extends ServerResponse = Response>(
  options: OutriderOptions<Req, Res> = {},
): ExpressMiddleware {
  const instrumentation = new Instrumentation(options as CoreOptions, findRoute);
  let placed = false;
  return function outriderMiddleware(request, response, next) {
    // None where it is called from outside of Express.
    const { app } = request as Partial<ExpressRequest>;
    if (instrumentation.begin(request, response, app) !== undefined && app !== undefined) {
      watchRoutes(app);
      if (!placed) warnOfOrder(app, outriderMiddleware);
      placed = true;
    }
    next();
  };
}

function findRoute({ request, context }: Exchange): string | undefined {
  const match = routeMatchOf(request as ExpressRequest);
  if (match === undefined) return undefined;
  return routeTemplate(match, context as Application);
}
