import { apiOutlet } from './api.ts';
import { healthOutlet, readinessOutlet } from './health.ts';
import type { AnyOutletFactory } from './outlet.ts';
import { prometheusOutlet } from './prometheus.ts';
import { routesOutlet } from './routes.ts';
import { slowRequestsOutlet } from './slow-requests.ts';
import { streamOutlet } from './stream.ts';

/** Every outlet by its path. A new one is listed here. */
export const outlets: Readonly<Record<string, AnyOutletFactory>> = {
  '/metrics': prometheusOutlet,
  '/api/v1/metrics': apiOutlet,
  '/api/v1/routes': routesOutlet,
  '/api/v1/slow-requests': slowRequestsOutlet,
  '/api/v1/stream': streamOutlet,
  '/healthz': healthOutlet,
  '/readyz': readinessOutlet,
};
