import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import type { Resource } from '@opentelemetry/resources';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { NoopSpanProcessor } from '@opentelemetry/sdk-trace';
import { Observer, getObserver } from '@outrider/core';
import { endWithObserver } from './end-with-observer.ts';
import { namedExporters } from './exporters.ts';
import { httpSpans } from './http-spans.ts';
import { metricReaders } from './metric-readers.ts';

// What the HTTP instrumentation measures of served requests, Outrider's middleware measures too, and under the same
// name.
const MEASURED_BY_OUTRIDER = {
  meterName: '@opentelemetry/instrumentation-http',
  instrumentName: 'http.server.request.duration',
  aggregation: { type: AggregationType.DROP },
} as const;

/**
 * Starts OpenTelemetry's NodeSDK beside the observer of this process, as the OTEL_* variables say; does nothing where
 * OTEL_SDK_DISABLED is `true`. It prints nothing, and ends with the observer.
 *
 * A signal is exported only where the environment names an exporter or an endpoint for it. Without one there are still
 * spans: they give the slow log its trace id, and are propagated.
 */
export function startNodeSdk(): void {
  const observer = getObserver();
  if (!observer.enabled) return;
  const environment = process.env;
  const traces = namedExporters('TRACES', environment);
  const logs = namedExporters('LOGS', environment);
  const sdk = new NodeSDK({
    resource: serviceResource(),
    instrumentations: [httpSpans()],
    metricReaders: metricReaders(observer, environment),
    views: [MEASURED_BY_OUTRIDER],
    // Named exporters are the SDK's own business.
    ...(traces.length === 0 ? { spanProcessors: [new NoopSpanProcessor()] } : {}),
    ...(logs.length === 0 ? { logRecordProcessors: [] } : {}),
  });
  // Theirs is dropped by the view.
  observer.configure({ stepBack: false });
  sdk.start();
  endWithObserver(sdk, observer);
}

/**
 * The service's name and version as the observer finds them, so that traces and metrics meet. They are read off an
 * observer of their own: reading those of the process would settle its name before the application could set it.
 */
function serviceResource(): Resource {
  const { 'service.name': name, 'service.version': version } = new Observer({ push: false, runtime: false }).resource;
  return defaultResource().merge(
    resourceFromAttributes({ 'service.name': name, ...(version === undefined ? {} : { 'service.version': version }) }),
  );
}
