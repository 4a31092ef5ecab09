import { resourceFromAttributes } from '@opentelemetry/resources';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import { VERSION, getObserver } from '@outrider/core';
import type { Observer } from '@outrider/core';
import { MetricDataBuilder } from './metric-data.ts';

/** The instrumentation scope under which Outrider's metrics stand, in the push and in every reader. */
export const SCOPE_NAME = '@outrider/core';

/**
 * Outrider's metrics for a reader of OpenTelemetry's SDK, in its option `metricProducers`.
 *
 * Every collection is a reading of the same totals that the push sends: nothing is recorded a second time, and any
 * number of readers agree. What fails is told in `errors`, as producers do, and never rejects.
 *
 * @param observer whose metrics to produce; default the one of the process
 * @example
 * new PeriodicExportingMetricReader({ exporter, metricProducers: [outriderMetricProducer()] });
 */
export function outriderMetricProducer(observer: Observer = getObserver()): MetricProducer {
  return {
    collect() {
      const builder = new MetricDataBuilder(observer.startTime, Date.now());
      const errors: unknown[] = [];
      try {
        observer.collect(builder);
      } catch (error) {
        errors.push(error);
      }
      const scopeMetrics = [{ scope: { name: SCOPE_NAME, version: VERSION }, metrics: builder.metrics }];
      return Promise.resolve({
        resourceMetrics: { resource: resourceFromAttributes(observer.resource), scopeMetrics },
        errors,
      });
    },
  };
}
