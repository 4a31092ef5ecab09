import type { Hono } from 'hono';
import type { Variant } from '../../framework.ts';
import { metricsAndHeader } from '../../peers/metrics-and-header.ts';
import { start as startPromClient } from './prom-client.ts';

/** The metrics and, by one more middleware, the header. */
export function start(): Variant<Hono> {
  return metricsAndHeader(startPromClient(), {
    install(app) {
      app.use(async (context, next) => {
        const startedAt = performance.now();
        await next();
        context.header('X-Response-Time', `${(performance.now() - startedAt).toFixed(3)}ms`);
      });
    },
  });
}
