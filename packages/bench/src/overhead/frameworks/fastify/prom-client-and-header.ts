import type { FastifyInstance } from 'fastify';
import type { Variant } from '../../framework.ts';
import { metricsAndHeader } from '../../peers/metrics-and-header.ts';
import { start as startPromClient } from './prom-client.ts';

/** The metrics and, by one more hook, the header. */
export function start(): Variant<FastifyInstance> {
  return metricsAndHeader(startPromClient(), {
    install(app) {
      app.addHook('onSend', (_request, reply, payload, done) => {
        reply.header('x-response-time', `${reply.elapsedTime.toFixed(3)}ms`);
        done(null, payload);
      });
    },
  });
}
