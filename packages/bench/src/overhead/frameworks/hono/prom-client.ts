import type { Hono } from 'hono';
import { routePath } from 'hono/route';
import type { Variant } from '../../framework.ts';
import { createRequestHistogram } from '../../peers/prom-client.ts';

/** prom-client in a middleware of one's own; the time ends with the handler's. */
export function start(): Variant<Hono> {
  const { histogram, recorded } = createRequestHistogram();
  return {
    recorded,
    install: (app) =>
      app.use(async (context, next) => {
        const end = histogram.startTimer();
        await next();
        end({ method: context.req.method, route: routePath(context, -1), status_code: context.res.status });
      }),
  };
}
