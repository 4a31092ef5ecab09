import type { Server, ServerResponse } from 'node:http';
import type { Variant } from '../../framework.ts';
import { metricsAndHeader } from '../../peers/metrics-and-header.ts';
import { start as startPromClient } from './prom-client.ts';

/** The metrics and, by a `writeHead` of one's own as response-time has it, the header. */
export function start(): Variant<Server> {
  return metricsAndHeader(startPromClient(), {
    install(server) {
      server.prependListener('request', (_request, response: ServerResponse) => {
        const startedAt = performance.now();
        const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => ServerResponse;
        response.writeHead = (...head: unknown[]) => {
          response.setHeader('X-Response-Time', `${(performance.now() - startedAt).toFixed(3)}ms`);
          return writeHead(...head);
        };
      });
    },
  });
}
