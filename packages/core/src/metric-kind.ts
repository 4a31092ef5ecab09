/** How a metric behaves over time; OpenTelemetry's instrument kinds. */
export type MetricKind = 'counter' | 'updowncounter' | 'gauge' | 'histogram' | 'exponential_histogram';
