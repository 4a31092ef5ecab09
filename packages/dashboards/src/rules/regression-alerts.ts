import type { DashboardConfig } from '../config.ts';
import { regressed, slower, slowerBaseline } from '../measures/regressions.ts';
import { p95OfCurrent, p95OfPrevious } from '../measures/releases.ts';
import { ruleScope } from '../scope.ts';
import type { AlertRule } from './rule.ts';
import { RELEASE_NAME, ROUTE_NAME, duration } from './text.ts';

/** What got worse than it was: a day and a week ago, or in the release before. */
export function regressionAlerts(config: DashboardConfig): readonly AlertRule[] {
  const limits = config.thresholds.regression;
  const { ratio, differenceS } = limits;
  const scope = ruleScope(config, '5m');
  const common = {
    for: '10m',
    keepFiringFor: '5m',
    severity: 'warning',
    kind: 'regression',
    dashboard: 'outrider-regression',
    shows: { job: 'job', http_route: 'route' },
  } as const;
  return [
    {
      ...common,
      alert: 'LatencyRegression',
      expr: regressed(limits, slowerBaseline(limits)),
      signal: 'latency',
      summary: `${ROUTE_NAME} of {{ $labels.job }} is {{ $value | printf "%.1f" }} times slower than it was`,
      description: `The 95th percentile of ${ROUTE_NAME} of {{ $labels.job }} is {{ $value | printf "%.1f" }} times that of the slower one of a day and a week ago (more than ${ratio} times, and by more than ${duration(differenceS)}), for 10 minutes.`,
      action: 'look',
    },
    {
      ...common,
      alert: 'ReleaseRegression',
      // With the release as a label: another release is another alert.
      expr: slower(limits, p95OfCurrent(scope, limits), p95OfPrevious(scope, limits)),
      signal: 'latency',
      summary: `${ROUTE_NAME} of {{ $labels.job }} is {{ $value | printf "%.1f" }} times slower in ${RELEASE_NAME} than in the release before`,
      description: `The 95th percentile of ${ROUTE_NAME} in ${RELEASE_NAME} of {{ $labels.job }}, the current release, is {{ $value | printf "%.1f" }} times that of the release before (more than ${ratio} times, and by more than ${duration(differenceS)}), for 10 minutes.`,
      action: 'rollback',
    },
  ];
}
