import type { DashboardConfig } from '../config.ts';
import { ruleScope } from '../scope.ts';
import { le } from '../series.ts';
import type { RecordingRule, RuleGroup } from './rule.ts';

const DURATION = 'http.server.request.duration';

/** The rates of the last five minutes that everything else is made of, by route. */
export const RATES = {
  versionBuckets: 'job_version_route_le:http_server_request_duration_seconds_bucket:rate5m',
  buckets: 'job_route_le:http_server_request_duration_seconds_bucket:rate5m',
  versionCount: 'job_version_route:http_server_request_duration_seconds_count:rate5m',
  count: 'job_route:http_server_request_duration_seconds_count:rate5m',
  sum: 'job_route:http_server_request_duration_seconds_sum:rate5m',
  errors: 'job_route:http_server_request_errors:rate5m',
} as const;

/** How long ago the baselines are from. */
export const BASELINES = ['1d', '7d'] as const;

/** A baseline: a day or a week ago. */
export type Baseline = (typeof BASELINES)[number];

// The hour around the same time: half an hour before it, half an hour after it.
const OFFSETS: Readonly<Record<Baseline, string>> = { '1d': '23h30m', '7d': '167h30m' };

/** A recorded rate as it was a day or a week ago, averaged over an hour. Averages of bucket rates are exact. */
export function baseline(of: 'buckets' | 'count' | 'sum' | 'errors', ago: Baseline): string {
  return RATES[of].replace(/rate5m$/, `baseline_${ago}`);
}

/** The windows of the burn rates, shortest first. */
const SLO_WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;

/** Bad and all requests of a window, by application. */
export const sloBad = (window: string): string => `job:slo_requests_bad:rate${window}`;
export const sloAll = (window: string): string => `job:slo_requests:rate${window}`;

/** All that is recorded. */
export function recordingGroups(config: DashboardConfig): readonly RuleGroup[] {
  const interval = `${config.evaluationIntervalS}s`;
  return [
    { name: 'outrider-rates', interval, rules: rates(config) },
    { name: 'outrider-baselines', interval, rules: baselines() },
    { name: 'outrider-slo', interval, rules: slo(config) },
  ];
}

function rates(config: DashboardConfig): readonly RecordingRule[] {
  const { application } = ruleScope(config, '5m');
  const bucket = application(DURATION, {}, '_bucket');
  const count = application(DURATION, {}, '_count');
  const failed = application(DURATION, { 'http.response.status_code': '=~"5.."' }, '_count');
  const sum = application(DURATION, {}, '_sum');
  return [
    { record: RATES.versionBuckets, expr: `sum by (job, service_version, http_route, le) (rate(${bucket}[5m]))` },
    { record: RATES.buckets, expr: `sum by (job, http_route, le) (${RATES.versionBuckets})` },
    { record: RATES.versionCount, expr: `sum by (job, service_version, http_route) (rate(${count}[5m]))` },
    { record: RATES.count, expr: `sum by (job, http_route) (${RATES.versionCount})` },
    { record: RATES.sum, expr: `sum by (job, http_route) (rate(${sum}[5m]))` },
    // Without a failed request there is no such series, and yet the rate is known: 0.
    { record: RATES.errors, expr: `sum by (job, http_route) (rate(${failed}[5m])) or 0 * ${RATES.count}` },
  ];
}

function baselines(): readonly RecordingRule[] {
  return BASELINES.flatMap((ago) =>
    (['buckets', 'count', 'sum', 'errors'] as const).map((of) => ({
      record: baseline(of, ago),
      expr: `avg_over_time(${RATES[of]}[1h] offset ${OFFSETS[ago]})`,
    })),
  );
}

function slo(config: DashboardConfig): readonly RecordingRule[] {
  const { latencyBoundsS, thresholds } = config;
  const { latencyS } = thresholds.slo;
  const { application } = ruleScope(config, '5m');
  const all = application(DURATION, {}, '_count');
  // A server error counts as bad whether it was fast or slow, so the good ones are the fast ones without an error.
  const good = application(
    DURATION,
    { 'http.response.status_code': '!~"5.."', le: le(latencyS, latencyBoundsS) },
    '_bucket',
  );
  const [shortest, ...longer] = SLO_WINDOWS;
  return [
    { record: sloAll(shortest), expr: `sum by (job) (rate(${all}[${shortest}]))` },
    {
      record: sloBad(shortest),
      expr: `clamp_min(${sloAll(shortest)} - (sum by (job) (rate(${good}[${shortest}])) or 0 * ${sloAll(shortest)}), 0)`,
    },
    // Averages of rates, which weigh each request alike, and read two series instead of every bucket of three days.
    ...longer.flatMap((window) => [
      { record: sloAll(window), expr: `avg_over_time(${sloAll(shortest)}[${window}])` },
      { record: sloBad(window), expr: `avg_over_time(${sloBad(shortest)}[${window}])` },
    ]),
  ];
}
