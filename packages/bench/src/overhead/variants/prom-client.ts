import type { RequestHandler } from 'express';
import { Histogram, collectDefaultMetrics } from 'prom-client';
import type { Variant } from '../variant.ts';
import { observations } from './observations.ts';

/** prom-client as most services have it: a histogram in a middleware of one's own, and the default metrics. */
export function start(): Variant {
  collectDefaultMetrics();
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests',
    labelNames: ['method', 'route', 'status_code'],
  });
  return { install: (app) => app.use(timeRequests(histogram)), recorded: () => observations(histogram) };
}

function timeRequests(histogram: Histogram<'method' | 'route' | 'status_code'>): RequestHandler {
  return (request, response, next) => {
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
  };
}
