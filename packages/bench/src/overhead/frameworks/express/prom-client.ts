import type { Express } from 'express';
import type { Variant } from '../../framework.ts';
import { createRequestHistogram } from '../../peers/prom-client.ts';

/** prom-client in a middleware of one's own. */
export function start(): Variant<Express> {
  const { histogram, recorded } = createRequestHistogram();
  return {
    recorded,
    install: (app) =>
      app.use((request, response, next) => {
        const end = histogram.startTimer();
        response.on('finish', () => {
          const route = request.route as { readonly path: string } | undefined;
          end({
            method: request.method,
            route: route === undefined ? 'unmatched' : request.baseUrl + route.path,
            status_code: response.statusCode,
          });
        });
        next();
      }),
  };
}
