// The names of what the recording rules keep: rules, panels and tests speak of it by these.

/** The rates of the last five minutes that everything else is made of, by route. */
export const RATES = {
  versionBuckets: 'job_version_route_le:http_server_request_duration_seconds_bucket:rate5m',
  buckets: 'job_route_le:http_server_request_duration_seconds_bucket:rate5m',
  versionCount: 'job_version_route:http_server_request_duration_seconds_count:rate5m',
  count: 'job_route:http_server_request_duration_seconds_count:rate5m',
  sum: 'job_route:http_server_request_duration_seconds_sum:rate5m',
  errors: 'job_route:http_server_request_errors:rate5m',
} as const;

/** Those of the last day by release: what one did that has ended. */
export const DAY_OF_RELEASES = {
  buckets: 'job_version_route_le:http_server_request_duration_seconds_bucket:avg1d',
  mostRequests: 'job_version_route:http_server_request_duration_seconds_count:max1d',
} as const;

/** Seconds that those rates are of. */
export const RATE_WINDOW_S = 300;

/** How long ago the baselines are from. */
export const BASELINES = ['1d', '7d'] as const;

/** A baseline: a day or a week ago. */
export type Baseline = (typeof BASELINES)[number];

/** The baseline that is chosen at the top of a dashboard. */
export const CHOSEN_BASELINE = '${baseline}';

/** A recorded rate as it was a day or a week ago, averaged over an hour. Averages of bucket rates are exact. */
export function baseline(of: 'buckets' | 'count' | 'sum' | 'errors', ago: Baseline | typeof CHOSEN_BASELINE): string {
  return RATES[of].replace(/rate5m$/, () => `baseline_${ago}`);
}

/** The windows of the burn rates, shortest first. */
export const SLO_WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;

/** Bad requests a second of the last five minutes, by route. */
export const SLO_BAD_OF_ROUTES = 'job_route:slo_requests_bad:rate5m';

/** Bad requests a second of a window, by application. */
export const sloBad = (window: string): string => `job:slo_requests_bad:rate${window}`;

/** Requests a second of the last five minutes that failed, by application: of the same moments as those that are bad. */
export const SLO_FAILED = 'job:slo_requests_failed:rate5m';

/** All requests a second of a window, by application. */
export const sloAll = (window: string): string => `job:slo_requests:rate${window}`;
