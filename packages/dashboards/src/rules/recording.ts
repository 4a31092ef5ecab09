import type { DashboardConfig } from '../config.ts';
import { requests } from '../measures/requests.ts';
import { badRequests, period } from '../measures/slo.ts';
import { total, totalRate } from '../measures/totals.ts';
import { ruleScope } from '../scope.ts';
import type { HistogramPart } from '../series.ts';
import { ROUTE } from '../measures/regressions.ts';
import {
  BASELINES,
  DAY_OF_RELEASES,
  RATES,
  SLO_BAD_OF_ROUTES,
  SLO_FAILED,
  SLO_WINDOWS,
  baseline,
  sloAll,
  sloBad,
} from '../measures/recorded.ts';
import type { Baseline } from '../measures/recorded.ts';
import type { RecordingRule, RuleGroup } from './rule.ts';

// The hour around the same time: half an hour before it, half an hour after it.
const OFFSETS: Readonly<Record<Baseline, string>> = { '1d': '23h30m', '7d': '167h30m' };

// Prometheus looks five minutes back for a series: one that is recorded more rarely has gaps.
const MAX_INTERVAL_S = 240;

/** All that is recorded. */
export function recordingGroups(config: DashboardConfig): readonly RuleGroup[] {
  const interval = `${config.evaluationIntervalS}s`;
  const inPeriod = budget(config);
  return [
    { name: 'outrider-rates', interval, rules: rates(config) },
    { name: 'outrider-baselines', interval, rules: baselines() },
    { name: 'outrider-releases', interval: `${seldomS(config)}s`, rules: releases() },
    { name: 'outrider-slo', interval, rules: slo(config) },
    ...(inPeriod.length === 0
      ? []
      : [{ name: 'outrider-slo-budget', interval: `${seldomS(config)}s`, rules: inPeriod }]),
  ];
}

function rates(config: DashboardConfig): readonly RecordingRule[] {
  const scope = ruleScope(config, '5m');
  const { all, failed } = requests(scope, config);
  const histogram = (part: HistogramPart): string => scope.application('http.server.request.duration', {}, part);
  return [
    {
      record: RATES.versionBuckets,
      expr: totalRate(histogram('_bucket'), scope.window, 'job, service_version, http_route, le'),
    },
    { record: RATES.buckets, expr: total(RATES.versionBuckets, 'job, http_route, le') },
    { record: RATES.versionCount, expr: all('job, service_version, http_route') },
    { record: RATES.count, expr: total(RATES.versionCount, 'job, http_route') },
    { record: RATES.sum, expr: totalRate(histogram('_sum'), scope.window, 'job, http_route') },
    { record: RATES.errors, expr: failed('job, http_route') },
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

function releases(): readonly RecordingRule[] {
  return [
    { record: DAY_OF_RELEASES.buckets, expr: `avg_over_time(${RATES.versionBuckets}[1d])` },
    { record: DAY_OF_RELEASES.mostRequests, expr: `max_over_time(${RATES.versionCount}[1d])` },
  ];
}

function slo(config: DashboardConfig): readonly RecordingRule[] {
  const [shortest, ...longer] = SLO_WINDOWS;
  const scope = ruleScope(config, shortest);
  const { all, failed } = requests(scope, config);
  return [
    { record: sloAll(shortest), expr: all('job') },
    // Those of the group of rates are of other moments, and bad ones less failed ones would saw while these change.
    { record: SLO_FAILED, expr: failed('job') },
    // All and good requests are of one evaluation: those of another group are of another moment.
    { record: SLO_BAD_OF_ROUTES, expr: badRequests(scope, config, ROUTE) },
    { record: sloBad(shortest), expr: total(SLO_BAD_OF_ROUTES, 'job') },
    ...longer.flatMap(averages),
  ];
}

/** What is left of the budget is said of the whole period, which may be as long as one of the windows. */
function budget({ thresholds }: DashboardConfig): readonly RecordingRule[] {
  const window = period(thresholds.slo);
  const windows: readonly string[] = SLO_WINDOWS;
  return windows.includes(window) ? [] : averages(window);
}

/** Averages of rates, which weigh each request alike, and read two series instead of every bucket of the window. */
function averages(window: string): readonly RecordingRule[] {
  const [shortest] = SLO_WINDOWS;
  return [sloAll, sloBad].map((of) => ({ record: of(window), expr: `avg_over_time(${of(shortest)}[${window}])` }));
}

/** For what reads a day of samples of each bucket, or a month of each application, and moves slowly. */
function seldomS({ evaluationIntervalS }: DashboardConfig): number {
  return Math.max(evaluationIntervalS, Math.min(4 * evaluationIntervalS, MAX_INTERVAL_S));
}
