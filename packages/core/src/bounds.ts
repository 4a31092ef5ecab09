/**
 * Bucket bounds of request latency, in seconds. Every threshold that an alert or a gate uses is one of them, so
 * "95 % under 150 ms" is an exact count and not an interpolation.
 */
export const LATENCY_BOUNDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.03, 0.05, 0.06, 0.075, 0.1, 0.12, 0.15, 0.2, 0.25, 0.5, 0.75, 1, 2.5, 3, 5, 7.5, 10,
];

/** Bucket bounds of the lifetime of event streams and upgraded connections, in seconds. */
export const STREAM_BOUNDS: readonly number[] = [0.1, 1, 5, 10, 30, 60, 300, 600, 1800, 3600, 14_400, 43_200, 86_400];

/** Bucket bounds of body sizes, in bytes: powers of four from 256 B to 1 GiB. */
export const BODY_SIZE_BOUNDS: readonly number[] = Array.from({ length: 12 }, (_, at) => 256 * 4 ** at);

/** Bucket bounds of garbage collections, in seconds: most minor ones take less than a millisecond. */
export const GC_BOUNDS: readonly number[] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Bucket bounds of queries, waits for a connection and timed operations, in seconds; 50 ms, where a query is slow, is one. */
export const OPERATION_BOUNDS: readonly number[] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
