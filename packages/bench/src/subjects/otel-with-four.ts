import type { Attributes } from '@opentelemetry/api';
import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import { otelTotals } from '../totals/otel-totals.ts';
import { RESPONSE_SIZE } from './ended-request.ts';
import { ROUTE_DURATION, attributesOf, createLatencyHistogram, createProvider } from './otel-provider.ts';
import { createOtlpExporter } from './otlp-exporter.ts';
import type { SeriesKey } from './series.ts';
import type { Subject } from './subject.ts';

/** Powers of four from 256 bytes, as Outrider has them. */
const SIZE_BOUNDS = Array.from({ length: 12 }, (_, at) => 256 * 4 ** at);

/**
 * OpenTelemetry's SDK with the four histograms that Outrider keeps, exported as OTLP in JSON or, without a socket, to
 * memory. Its totals are those in memory.
 */
export function createOtelWithFour(keys: readonly SeriesKey[], socket?: string): Subject {
  const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = createProvider(keys.length, socket === undefined ? memory : createOtlpExporter(socket));
  const meter = provider.getMeter('outrider-bench');
  const durations = createLatencyHistogram(provider, 'http.server.request.duration');
  const firstBytes = createLatencyHistogram(provider, 'http.server.time_to_first_byte');
  const byRoute = meter.createHistogram(ROUTE_DURATION, { unit: 's' });
  const sizes = meter.createHistogram('http.server.response.body.size', {
    unit: 'By',
    advice: { explicitBucketBoundaries: SIZE_BOUNDS },
  });
  const all = keys.map(attributesOf);
  const routes = shared(keys, ({ route }) => ({ 'http.route': route }));
  const routesAndMethods = shared(keys, ({ route, method }) => ({
    'http.request.method': method,
    'http.route': route,
  }));
  return {
    record(series, seconds, at) {
      durations.record(seconds[at]!, all[series]);
      firstBytes.record(seconds[at]! / 2, all[series]);
      byRoute.record(seconds[at]!, routes[series]);
      sizes.record(RESPONSE_SIZE, routesAndMethods[series]);
    },
    async totals() {
      await provider.forceFlush();
      return otelTotals(memory);
    },
    async read() {
      await provider.forceFlush();
      memory.reset();
    },
  };
}

// Attributes of several series that are the same are one object, as the SDK keeps one.
function shared(keys: readonly SeriesKey[], make: (key: SeriesKey) => Attributes): Attributes[] {
  const made = new Map<string, Attributes>();
  return keys.map((key) => {
    const attributes = make(key);
    const text = JSON.stringify(attributes);
    if (!made.has(text)) made.set(text, attributes);
    return made.get(text)!;
  });
}
