import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import { otelTotals } from '../totals/otel-totals.ts';
import { attributesOf, createLatencyHistogram, createProvider } from './otel-provider.ts';
import type { SeriesKey } from './series.ts';
import type { Subject } from './subject.ts';

/** OpenTelemetry's SDK with the latency histogram alone, exported to memory. */
export function createOtel(keys: readonly SeriesKey[]): Subject {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = createProvider(keys.length, exporter);
  const durations = createLatencyHistogram(provider, 'http.server.request.duration');
  const attributes = keys.map(attributesOf);
  return {
    record: (series, seconds, at) => durations.record(seconds[at]!, attributes[series]),
    async totals() {
      await provider.forceFlush();
      return otelTotals(exporter);
    },
    async read() {
      await provider.forceFlush();
      exporter.reset();
    },
  };
}
