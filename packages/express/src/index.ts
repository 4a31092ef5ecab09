import { Instrumentation } from '@outrider/core';
import type { Exchange, OutriderOptions } from '@outrider/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Application, ExpressRequest } from './express-internals.ts';
import { routeMatchOf, watchRoutes } from './route-match.ts';
import { routeTemplate } from './route-template.ts';

export { getObserver } from '@outrider/core';
export type { OutriderOptions } from '@outrider/core';

declare global {
  namespace Express {
    interface Request {
      /** The request id, as it stands in the response's X-Request-ID. */
      id: string;
    }
  }
}

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
export function outrider<Request extends IncomingMessage, Response extends ServerResponse>(
  options: OutriderOptions<Request, Response> = {},
): ExpressMiddleware {
  const instrumentation = new Instrumentation(options as OutriderOptions, findRoute);
  return function outriderMiddleware(request, response, next) {
    const { app } = request as ExpressRequest;
    if (instrumentation.begin(request, response, app) !== undefined) watchRoutes(app);
    next();
  };
}

function findRoute({ request, context }: Exchange): string | undefined {
  const match = routeMatchOf(request as ExpressRequest);
  if (match === undefined) return undefined;
  return routeTemplate(match, context as Application);
}
