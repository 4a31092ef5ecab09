import type Koa from 'koa';
import type { Variant } from '../../framework.ts';
import { start as startResponseTime } from './koa-response-time.ts';
import { start as startPromClient } from './prom-client.ts';

/** What Outrider stands in for: the metrics of the one and the header of the other. */
export function start(): Variant<Koa> {
  const promClient = startPromClient();
  const responseTime = startResponseTime();
  return {
    ...promClient,
    install(app) {
      responseTime.install(app);
      promClient.install(app);
    },
  };
}
