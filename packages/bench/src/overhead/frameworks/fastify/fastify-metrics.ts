import type { FastifyInstance } from 'fastify';
import fastifyMetrics from 'fastify-metrics';
import type { Variant } from '../../framework.ts';
import { recordedIn } from '../../peers/prom-client.ts';

/** fastify-metrics with its defaults: a histogram and a summary by method, route and status, and the default metrics. */
export function start(): Variant<FastifyInstance> {
  let application: FastifyInstance | undefined;
  return {
    install(app) {
      application = app;
      return app.register(fastifyMetrics.default);
    },
    // It has a prom-client of its own.
    recorded: () => recordedIn(application!.metrics.client.register),
  };
}
