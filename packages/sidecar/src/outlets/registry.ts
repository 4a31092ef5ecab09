import { apiOutlet } from './api.ts';
import { healthOutlet, readinessOutlet } from './health.ts';
import type { OutletFactory } from './outlet.ts';
import { prometheusOutlet } from './prometheus.ts';
import { slowRequestsOutlet } from './slow-requests.ts';

/** Every outlet by its path. A new one is listed here. */
export const outlets: Readonly<Record<string, OutletFactory>> = {
  '/metrics': prometheusOutlet,
  '/api/v1/metrics': apiOutlet,
  '/api/v1/slow-requests': slowRequestsOutlet,
  '/healthz': healthOutlet,
  '/readyz': readinessOutlet,
};
