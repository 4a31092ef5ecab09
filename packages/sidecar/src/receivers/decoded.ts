import type { Attributes, Metric } from '../metric.ts';
import type { SlowRequest } from '../slow-request.ts';
import type { LimitName } from '../limit-counts.ts';
import type { PushSender } from './push-sender.ts';

/** Why data points of a request are not stored. */
export const DROP_REASONS = [
  'unsupported_temporality',
  'duplicate_delta',
  'invalid_point',
  'too_many_points',
  'too_many_series',
] as const;

/** Why slow requests are not stored. */
export const SLOW_REQUEST_DROP_REASONS = ['invalid_slow_request', 'too_many_slow_requests'] as const;

/** Why a data point of a request was not stored. Each is counted in `outrider.receiver.dropped`. */
export type DropReason = (typeof DROP_REASONS)[number];

/** Why a slow request was not stored. Each is counted in `outrider.receiver.dropped`, too, and is no data point. */
export type SlowRequestDropReason = (typeof SLOW_REQUEST_DROP_REASONS)[number];

/**
 * The metrics of one resource (one process of an application) in one OTLP request; none if it only says that it lives or
 * ends. A resource, or a metric in it, can be there more than once.
 */
export interface ResourceMetrics {
  readonly resource: Attributes;
  readonly metrics: readonly Metric[];
  /** The last slow requests of the process, in place of those it told before; undefined if it told none. */
  readonly slowRequests?: readonly SlowRequest[];
}

/**
 * What a decoder makes of one OTLP request. `points` and all that was dropped is the number of points in it, without those
 * that say only that there is no value.
 */
export interface Decoded {
  readonly resources: readonly ResourceMetrics[];
  /** Points under `resources`. */
  readonly points: number;
  readonly dropped: ReadonlyMap<DropReason, number>;
  /** How often limits were reached; undefined if none was. */
  readonly reached?: ReadonlyMap<LimitName, number>;
  readonly slowRequestsDropped?: ReadonlyMap<SlowRequestDropReason, number>;
}

/**
 * Where a receiver delivers: the store. Points it has no room for are returned by reason, the rest is stored. The sender is
 * undefined where nothing follows from the end of its connection.
 */
export interface MetricSink {
  push(resources: readonly ResourceMetrics[], sender?: PushSender): ReadonlyMap<DropReason, number>;
}
