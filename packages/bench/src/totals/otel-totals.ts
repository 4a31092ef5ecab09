import { DataPointType } from '@opentelemetry/sdk-metrics';
import type { InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import type { Totals } from './totals.ts';

/** What the latency histogram holds, by an exporter's last export. */
export function otelTotals(exporter: InMemoryMetricExporter): Totals {
  const totals = { series: 0, count: 0, sum: 0 };
  for (const { metrics } of exporter.getMetrics().at(-1)?.scopeMetrics ?? []) {
    for (const metric of metrics) {
      if (metric.descriptor.name !== 'http.server.request.duration') continue;
      if (metric.dataPointType !== DataPointType.HISTOGRAM) continue;
      totals.series += metric.dataPoints.length;
      for (const { value } of metric.dataPoints) {
        totals.count += value.count;
        totals.sum += value.sum ?? 0;
      }
    }
  }
  return totals;
}
