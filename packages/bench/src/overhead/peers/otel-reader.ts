import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { otelTotals } from '../../totals/otel-totals.ts';

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
      return otelTotals(exporter).count;
    },
  };
}
