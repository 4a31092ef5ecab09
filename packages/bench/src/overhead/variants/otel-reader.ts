import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';

/** How often Outrider pushes. */
const INTERVAL_MS = 5000;

/** A reader that exports as often as Outrider pushes, to memory; and how many requests are in what it exported. */
export function memoryReader(): {
  readonly reader: PeriodicExportingMetricReader;
  readonly recorded: () => Promise<number>;
} {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: INTERVAL_MS,
    exportTimeoutMillis: INTERVAL_MS,
  });
  return {
    reader,
    async recorded() {
      await reader.forceFlush();
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
