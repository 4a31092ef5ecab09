export { outriderMetricProducer } from './metric-producer.ts';
export { metricsHandler } from './metrics-handler.ts';
export type { MetricsHandler, MetricsHandlerOptions } from './metrics-handler.ts';
