import type { Express } from 'express';
import type { Variant } from '../../framework.ts';
import { start as startPromClient } from './prom-client.ts';
import { start as startResponseTime } from './response-time.ts';

/** What Outrider stands in for: the metrics of the one and the header of the other. */
export function start(): Variant<Express> {
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
