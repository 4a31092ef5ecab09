import type { DashboardConfig } from '../config.ts';
import {
  errorShare,
  recordedRequests,
  requests,
  slowerRequests,
  slowerRates,
  slowerShare,
} from '../measures/requests.ts';
import { ROUTE } from '../measures/regressions.ts';
import { total } from '../measures/totals.ts';
import { ruleScope } from '../scope.ts';
import { BASELINES, RATE_WINDOW_S, baseline } from '../measures/recorded.ts';
import type { Baseline } from '../measures/recorded.ts';
import type { AlertRule } from './rule.ts';
import { ROUTE_NAME, duration, percent } from './text.ts';
import { OF_ITS_JOB, worstRoutes } from './worst-routes.ts';

/** The requests of the applications, by themselves: too slow, too many errors, too few. */
export function requestAlerts(config: DashboardConfig): readonly AlertRule[] {
  const { latency, errors, throughput } = config.thresholds;
  const recorded = recordedRequests(config);
  const ofItsJob = recordedRequests(config, OF_ITS_JOB);
  const worst = (counted: string): string => worstRoutes(counted, '5 minutes');
  const count = recorded.all('job');
  const before = (ago: Baseline): string => total(baseline('count', ago), 'job');
  const enough = (requestsInWindow: number): string => `${count} * ${RATE_WINDOW_S} >= ${requestsInWindow}`;
  const slower = (bound: number): string =>
    `${slowerShare(recorded, bound, 'job')} > ${latency.share} and on (job) ${enough(latency.minimumRequests)}`;
  const onApi = { dashboard: 'outrider-api', shows: { job: 'job' } } as const;
  const tooSlow = { signal: 'latency', kind: 'threshold', for: '5m', ...onApi } as const;
  const slowText = (bound: number): string =>
    `{{ $value | humanizePercentage }} of the requests to {{ $labels.job }} took longer than ${duration(bound)}, ` +
    `more than ${percent(latency.share)}, for 5 minutes: its 95th percentile is above ${duration(bound)}.`;
  return [
    {
      ...tooSlow,
      alert: 'LatencyP95Warn',
      expr: slower(latency.warnS),
      severity: 'warning',
      summary: `{{ $value | humanizePercentage }} of {{ $labels.job }} slower than ${duration(latency.warnS)}`,
      description: slowText(latency.warnS),
      places: worst(slowerRates(ofItsJob, latency.warnS, ROUTE)),
      action: 'look',
    },
    {
      ...tooSlow,
      alert: 'LatencyP95High',
      expr: slower(latency.highS),
      severity: 'critical',
      summary: `{{ $value | humanizePercentage }} of {{ $labels.job }} slower than ${duration(latency.highS)}`,
      description: slowText(latency.highS),
      places: worst(slowerRates(ofItsJob, latency.highS, ROUTE)),
      action: 'page',
    },
    {
      alert: 'SlowRequests',
      // Increases are extrapolated: less than half a request is none.
      expr: `${slowerRequests(ruleScope(config, '5m'), config, latency.slowS, 'job, http_route')} > 0.5`,
      for: '0m',
      severity: 'info',
      signal: 'latency',
      kind: 'threshold',
      summary: `Requests to ${ROUTE_NAME} of {{ $labels.job }} slower than ${duration(latency.slowS)}`,
      description: `Requests to ${ROUTE_NAME} of {{ $labels.job }} that took longer than ${duration(latency.slowS)} in the last 5 minutes: {{ $value | printf "%.0f" }}.`,
      action: 'look',
      dashboard: 'outrider-api',
      shows: { job: 'job', http_route: 'route' },
    },
    {
      alert: 'ErrorRateHigh',
      expr: `${errorShare(recorded, 'job')} > ${errors.share} and on (job) ${enough(errors.minimumRequests)}`,
      for: '5m',
      severity: 'critical',
      signal: 'errors',
      kind: 'threshold',
      summary: '{{ $value | humanizePercentage }} of {{ $labels.job }} fail',
      description: `{{ $value | humanizePercentage }} of the requests to {{ $labels.job }} were answered with a server error, more than ${percent(errors.share)}, for 5 minutes.`,
      places: worst(ofItsJob.failed(ROUTE)),
      action: 'page',
      ...onApi,
    },
    ...(throughput.floor === undefined ? [] : [floorAlert(throughput.floor, config)]),
    {
      alert: 'ThroughputRegression',
      expr: BASELINES.map(
        (ago) =>
          // Of an application that is gone there is no count any more.
          `(${count} or 0 * ${before(ago)}) / on (job) (${before(ago)} >= ${throughput.minimumBaseline})` +
          ` < ${throughput.baselineShare}`,
      ).join(' and on (job) '),
      for: '10m',
      keepFiringFor: '5m',
      severity: 'warning',
      signal: 'traffic',
      kind: 'regression',
      summary: '{{ $labels.job }} serves {{ $value | humanizePercentage }} of the requests of yesterday',
      description: `{{ $labels.job }} serves {{ $value | humanizePercentage }} of the requests that it served at this time a day ago, and less than ${percent(throughput.baselineShare)} of those a week ago as well.`,
      action: 'look',
      dashboard: 'outrider-regression',
      shows: { job: 'job' },
    },
  ];
}

function floorAlert(floor: number, config: DashboardConfig): AlertRule {
  return {
    alert: 'ThroughputLow',
    expr: `${requests(ruleScope(config, '3m'), config).all('job')} < ${floor}`,
    for: '3m',
    severity: 'warning',
    signal: 'traffic',
    kind: 'threshold',
    summary: '{{ $labels.job }} serves {{ $value | humanize }} requests a second',
    description: `{{ $labels.job }} has served {{ $value | humanize }} requests a second, fewer than ${floor}, for 3 minutes.`,
    action: 'look',
    dashboard: 'outrider-api',
    shows: { job: 'job' },
  };
}
