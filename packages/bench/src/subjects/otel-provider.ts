import type { Attributes, Histogram } from '@opentelemetry/api';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { LATENCY_BOUNDS } from '@outrider/core/catalogue';
import type { SeriesKey } from './series.ts';
import { NEVER_MS } from './subject.ts';

/** The name of the histogram by route, which has exponential buckets. */
export const ROUTE_DURATION = 'outrider.route.duration';

/** OpenTelemetry's SDK with room for so many series: what is beyond its limit of 2,000 would share one. */
export function createProvider(series: number, exporter: PushMetricExporter): MeterProvider {
  return new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: NEVER_MS })],
    views: [
      { instrumentName: 'http.*', aggregationCardinalityLimit: series * 2 },
      { instrumentName: ROUTE_DURATION, aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } },
    ],
  });
}

/** A histogram of seconds with Outrider's bounds. */
export function createLatencyHistogram(provider: MeterProvider, name: string): Histogram {
  return provider
    .getMeter('outrider-bench')
    .createHistogram(name, { unit: 's', advice: { explicitBucketBoundaries: [...LATENCY_BOUNDS] } });
}

/** A series' attributes as OpenTelemetry's HTTP instrumentation writes them, made once: it makes them anew every time. */
export function attributesOf({ route, method, status }: SeriesKey): Attributes {
  return {
    'http.request.method': method,
    'url.scheme': 'http',
    'http.response.status_code': status,
    'http.route': route,
    ...(status === 500 ? { 'error.type': String(status) } : {}),
  };
}
