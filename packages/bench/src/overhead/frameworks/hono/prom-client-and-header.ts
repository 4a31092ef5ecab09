import type { Hono } from 'hono';
import type { Variant } from '../../framework.ts';
import { start as startPromClient } from './prom-client.ts';

/** The metrics and, by one more middleware, the header. */
export function start(): Variant<Hono> {
  const promClient = startPromClient();
  return {
    ...promClient,
    install(app) {
      app.use(async (context, next) => {
        const startedAt = performance.now();
        await next();
        context.header('X-Response-Time', `${(performance.now() - startedAt).toFixed(3)}ms`);
      });
      promClient.install(app);
    },
  };
}
