// Field numbers of opentelemetry-proto 1 down to the metrics, for reading and for writing: of
// collector/metrics/v1/metrics_service.proto, metrics/v1/metrics.proto, resource/v1 and common/v1.
export const REQUEST = { resourceMetrics: 1 } as const;
export const RESOURCE_METRICS = { resource: 1, scopeMetrics: 2 } as const;
export const RESOURCE = { attributes: 1 } as const;
export const SCOPE_METRICS = { scope: 1, metrics: 2 } as const;
export const SCOPE = { name: 1, version: 2 } as const;
export const METRIC = { name: 1, description: 2, unit: 3 } as const;
export const DATA = { dataPoints: 1, aggregationTemporality: 2, isMonotonic: 3 } as const;
