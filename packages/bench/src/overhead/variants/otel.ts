import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { Variant } from '../variant.ts';

/** How often Outrider pushes. */
const INTERVAL_MS = 5000;

/**
 * OpenTelemetry's HTTP instrumentation with its defaults, for metrics only: no tracer, no context manager, no Express
 * instrumentation, and an exporter that sends nothing.
 */
export function start(): Variant {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: INTERVAL_MS,
    exportTimeoutMillis: INTERVAL_MS,
  });
  const provider = new MeterProvider({ readers: [reader] });
  registerInstrumentations({ instrumentations: [new HttpInstrumentation()], meterProvider: provider });
  return {
    install: () => undefined,
    async recorded() {
      await provider.forceFlush();
      return recordedIn(exporter);
    },
  };
}

function recordedIn(exporter: InMemoryMetricExporter): number {
  let count = 0;
  for (const { metrics } of exporter.getMetrics().at(-1)?.scopeMetrics ?? []) {
    for (const metric of metrics) {
      if (metric.descriptor.name !== 'http.server.request.duration') continue;
      if (metric.dataPointType !== DataPointType.HISTOGRAM) continue;
      for (const { value } of metric.dataPoints) count += value.count;
    }
  }
  return count;
}
