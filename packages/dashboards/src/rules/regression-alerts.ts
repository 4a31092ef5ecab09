import type { DashboardConfig } from '../config.ts';
import { ruleScope } from '../scope.ts';
import { BASELINES, RATES, baseline } from './recording.ts';
import type { AlertRule } from './rule.ts';
import { duration } from './text.ts';

const WINDOW_S = 300;

/** What got worse than it was: a day and a week ago, or in the release before. */
export function regressionAlerts(config: DashboardConfig): readonly AlertRule[] {
  const { ratio, differenceS, minimumRequests } = config.thresholds.regression;
  const released = ruleScope(config, '5m').application('service.release.timestamp');
  const common = {
    for: '10m',
    keepFiringFor: '5m',
    severity: 'warning',
    kind: 'regression',
    dashboard: 'outrider-regression',
  } as const;
  const now = quantile(0.95, RATES.buckets);
  const perSecond = minimumRequests / WINDOW_S;
  const reference = referenceOf(
    (ago) =>
      `${quantile(0.95, baseline('buckets', ago))} and on (job, http_route) ${baseline('count', ago)} >= ${perSecond}`,
  );
  const isSlower = (slow: string, before: string, on: string): string =>
    `(${slow} / on (${on}) (${before}) > ${ratio}) and on (${on}) (${slow} - on (${on}) (${before}) > ${differenceS})`;
  return [
    {
      ...common,
      alert: 'LatencyRegression',
      expr: `${isSlower(now, reference, 'job, http_route')} and on (job, http_route) ${RATES.count} >= ${perSecond}`,
      signal: 'latency',
      summary: '{{ $labels.http_route }} of {{ $labels.job }} is {{ $value | printf "%.1f" }} times slower than it was',
      description: `The 95th percentile of {{ $labels.http_route }} of {{ $labels.job }} is {{ $value | printf "%.1f" }} times that of the slower one of a day and a week ago (more than ${ratio} times, and by more than ${duration(differenceS)}), for 10 minutes.`,
      action: 'look',
    },
    {
      ...common,
      alert: 'ReleaseRegression',
      expr: releaseRegression(released, isSlower, perSecond),
      signal: 'latency',
      summary:
        '{{ $labels.http_route }} of {{ $labels.job }} is {{ $value | printf "%.1f" }} times slower than in the release before',
      description: `The 95th percentile of {{ $labels.http_route }} in the current release of {{ $labels.job }} is {{ $value | printf "%.1f" }} times that of the release before (more than ${ratio} times, and by more than ${duration(differenceS)}), for 10 minutes.`,
      action: 'rollback',
    },
  ];
}

/** The larger one of what was a day and a week ago; what is known of only one of them is that one. */
function referenceOf(of: (ago: (typeof BASELINES)[number]) => string): string {
  const [day, week] = [of('1d'), of('7d')];
  return `(${day}) > (${week}) or (${week}) or (${day})`;
}

/** The quantile of recorded bucket rates, by application and route. */
export function quantile(q: number, buckets: string, by: readonly string[] = ['job', 'http_route']): string {
  return `histogram_quantile(${q}, sum by (${[...by, 'le'].join(', ')}) (${buckets}))`;
}

function releaseRegression(
  released: string,
  isSlower: (now: string, before: string, on: string) => string,
  perSecond: number,
): string {
  const newest = `topk by (job) (1, max by (job, service_version) (${released}))`;
  const byVersion = quantile(0.95, RATES.versionBuckets, ['job', 'service_version', 'http_route']);
  const current = `sum without (service_version) (${byVersion} and on (job, service_version) ${newest} and on (job, service_version, http_route) ${RATES.versionCount} >= ${perSecond})`;
  // The release before is the newest one of those that are not the newest. It may have ended: what it did last counts.
  const lastDay = `max by (job, service_version) (max_over_time(${released}[1d]))`;
  const previous = `topk by (job) (1, ${lastDay} unless on (job, service_version) ${newest})`;
  const bucketsOfDay = `avg_over_time(${RATES.versionBuckets}[1d])`;
  const before = `sum without (service_version) (${quantile(0.95, bucketsOfDay, ['job', 'service_version', 'http_route'])} and on (job, service_version) ${previous} and on (job, service_version, http_route) max_over_time(${RATES.versionCount}[1d]) >= ${perSecond})`;
  return isSlower(current, before, 'job, http_route');
}
