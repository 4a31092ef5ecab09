import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { bundleOf } from './bundle.ts';
import { knownSeries } from './known-series.ts';
import { parse, seconds } from './promql.ts';
import { labelsOf } from './result-labels.ts';
import { fitting, measuredIn } from './result-unit.ts';

// The checks are as good as what they know of a result.
const known = knownSeries(bundleOf(defaultConfig).groups);
const REQUESTS = 'http_server_request_duration_seconds';

describe('labels of a result', () => {
  it.each([
    ['up', 'job instance'],
    [`sum by (job, le) (rate(${REQUESTS}_bucket[5m]))`, 'job le'],
    [`histogram_quantile(0.5, sum by (job, le) (rate(${REQUESTS}_bucket[5m])))`, 'job'],
    ['sum without (worker, instance) (nodejs_eventloop_delay_p99_seconds)', 'job'],
    ['topk by (job) (1, sum by (job, instance) (up))', 'job instance'],
    ['sum(up)', ''],
    ['sum by (job) (up) or sum(up)', ''],
    ['sum by (job) (up) and on (job) up', 'job'],
    ['up / on (job) sum by (job) (up)', 'job'],
    ['up * on (job) group_left (reason) sum by (job, reason) (app_process_exits_total)', 'job instance reason'],
    ['label_replace(sum by (job) (up), "name", "$1", "job", "(.*)")', 'job name'],
    ['2 * sum by (job) (up)', 'job'],
    ['time() - sum by (job) (up)', 'job'],
    ['vector(1)', ''],
    ['absent(up{job="shop"})', 'job'],
    ['job_route:http_server_request_duration_seconds_count:rate5m', 'job http_route'],
    ['job_route_le:http_server_request_duration_seconds_bucket:baseline_1d offset 1h', 'job http_route le'],
  ])('%s', (expr, labels) => {
    expect(labelsOf(parse(expr), known)).toEqual(new Set(labels === '' ? [] : labels.split(' ')));
  });
});

describe('unit of a result', () => {
  it.each([
    ['process_memory_usage_bytes', 'bytes'],
    ['deriv(process_memory_usage_bytes[1h])', 'Bps'],
    [`sum(rate(${REQUESTS}_sum[5m])) / sum(rate(${REQUESTS}_count[5m]))`, 's'],
    [`1e3 * histogram_quantile(0.9, sum by (le) (rate(${REQUESTS}_bucket[5m])))`, 'ms'],
    [`sum(increase(${REQUESTS}_count[5m]))`, 'short'],
    [`sum(rate(${REQUESTS}_count[5m]))`, 'reqps'],
    [`1 - sum(rate(${REQUESTS}_bucket{le="1"}[5m])) / sum(rate(${REQUESTS}_count[5m]))`, 'percentunit'],
    ['rate(process_cpu_time_seconds_total[5m])', 'percentunit'],
    ['time() - service_release_timestamp_seconds', 's'],
    ['service_release_timestamp_seconds * 1000', 'dateTimeFromNow'],
    ['redis_latest_fork_microseconds / 1e6', 's'],
    ['count(up)', 'short'],
  ])('%s', (expr, unit) => {
    expect(fitting(measuredIn(parse(expr), known))).toContain(unit);
  });
});

it('reads durations', () => {
  expect(seconds('1h30m')).toBe(5_400);
  expect(seconds('soon')).toBeNaN();
});

it.each(['sum by (', 'up{job=}', 'rate(up[5m]', 'up up'])('%s is no PromQL', (expr) => {
  expect(() => parse(expr)).toThrow('no PromQL');
});
