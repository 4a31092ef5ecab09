import type { FastifyInstance } from 'fastify';
import type { Variant } from '../../framework.ts';
import { createRequestHistogram } from '../../peers/prom-client.ts';

/** prom-client in a hook of one's own, by the time that Fastify takes itself. */
export function start(): Variant<FastifyInstance> {
  const { histogram, recorded } = createRequestHistogram();
  return {
    recorded,
    install: (app) =>
      app.addHook('onResponse', (request, reply, done) => {
        const route = request.routeOptions.url ?? 'unmatched';
        histogram.observe({ method: request.method, route, status_code: reply.statusCode }, reply.elapsedTime / 1000);
        done();
      }),
  };
}
