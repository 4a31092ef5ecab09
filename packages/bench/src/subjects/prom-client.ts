import { LATENCY_BOUNDS } from '@outrider/core/catalogue';
import { Histogram, Registry } from 'prom-client';
import { promClientTotals } from '../totals/prom-client-totals.ts';
import type { SeriesKey } from './series.ts';
import type { Subject } from './subject.ts';

const LABELS = ['method', 'route', 'status_code', 'scheme', 'error_type'] as const;

/** prom-client's `observe(labels, value)`. */
export function createPromClient(keys: readonly SeriesKey[]): Subject {
  const { registry, histogram } = createHistogram();
  const labels = keys.map(labelsOf);
  return {
    record: (series, seconds, at) => histogram.observe(labels[series]!, seconds[at]!),
    totals: () => promClientTotals(histogram),
    read: () => registry.metrics(),
  };
}

/** prom-client's `labels(…).observe(value)`. */
export function createPromClientWithLabels(keys: readonly SeriesKey[]): Subject {
  const { registry, histogram } = createHistogram();
  const labels = keys.map(labelsOf);
  return {
    record: (series, seconds, at) => histogram.labels(labels[series]!).observe(seconds[at]!),
    totals: () => promClientTotals(histogram),
    read: () => registry.metrics(),
  };
}

function createHistogram(): { readonly registry: Registry; readonly histogram: Histogram<(typeof LABELS)[number]> } {
  const registry = new Registry();
  const histogram = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP requests',
    labelNames: LABELS,
    buckets: [...LATENCY_BOUNDS],
    registers: [registry],
  });
  return { registry, histogram };
}

function labelsOf({ route, method, status }: SeriesKey): Record<(typeof LABELS)[number], string | number> {
  const error = status === 500 ? String(status) : '';
  return { method, route, status_code: status, scheme: 'http', error_type: error };
}
