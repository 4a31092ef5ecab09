import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { defaultConfig } from '../../src/config.ts';
import { quantile } from '../../src/measures/quantile.ts';
import { baseline } from '../../src/measures/recorded.ts';
import { rulesFile } from '../../src/outputs/rules-file.ts';
import { testRules } from './promtool.ts';
import type { ExpressionCheck } from './promtool.ts';

// What evaluates three days for each minute of a week takes minutes, and has no say here.
const GROUPS: ReadonlySet<string> = new Set(['outrider-rates', 'outrider-baselines']);
const { groups } = parse(rulesFile(defaultConfig)) as { readonly groups: ReadonlyArray<{ readonly name: string }> };
const rules = stringify({ groups: groups.filter(({ name }) => GROUPS.has(name)) }, { lineWidth: 0 });

const DAY = 24 * 60;
// The bounds that matter here.
const USED = [0.025, 0.03, 0.05, 0.06, 0.12, 0.15];
const NOW = 7 * DAY + 120;

/** A request a second to a route, within one bound for so many minutes, then within another one. */
function course(
  route: string,
  phases: ReadonlyArray<readonly [within: number, minutes: number]>,
): Record<string, string> {
  const labels = `http_response_status_code="200",http_route="${route}",instance="web-1",job="shop",service_version="1",worker="0"`;
  const counted = (bound: number): string => {
    let at = 0;
    return phases
      .map(([within, minutes]) => {
        const gain = within <= bound ? 60 : 0;
        const text = `${at}+${gain}x${minutes - 1}`;
        at += gain * minutes;
        return text;
      })
      .join(' ');
  };
  const name = 'http_server_request_duration_seconds';
  return Object.fromEntries([
    ...USED.map((bound) => [`${name}_bucket{le="${bound}",${labels}}`, counted(bound)]),
    [`${name}_bucket{le="+Inf",${labels}}`, counted(Infinity)],
    [`${name}_count{${labels}}`, counted(Infinity)],
    [`${name}_sum{${labels}}`, counted(Infinity)],
  ]) as Record<string, string>;
}

// A week of one minute steps: the offsets are of the rules themselves, and nothing is recorded by hand.
it('the baselines are what was a day and a week ago', { timeout: 120_000 }, async () => {
  const at = (expr: string, values: Readonly<Record<string, number>>): ExpressionCheck => ({
    minute: NOW,
    // promtool 2.42 compares to the last bit.
    expr: `round(100000 * ${expr})`,
    expected: Object.entries(values).map(([route, value]) => ({
      labels: `{http_route="${route}", job="shop"}`,
      value: Math.round(100_000 * value),
    })),
  });
  const p95 = (buckets: string): string => quantile(0.95, buckets, 'job, http_route');
  const failures = await testRules(rules, [
    {
      name: 'a week',
      samples: {
        ...course('/steady', [[0.03, NOW + 1]]),
        // Slower since six days ago, and again since an hour ago.
        ...course('/changed', [
          [0.03, DAY],
          [0.06, 6 * DAY + 60],
          [0.15, 61],
        ]),
      },
      expressions: [
        at(p95(baseline('buckets', '7d')), { '/steady': 0.02975, '/changed': 0.02975 }),
        at(p95(baseline('buckets', '1d')), { '/steady': 0.02975, '/changed': 0.0595 }),
        at(p95('job_route_le:http_server_request_duration_seconds_bucket:rate5m'), {
          '/steady': 0.02975,
          '/changed': 0.1485,
        }),
        at(
          `${p95('job_route_le:http_server_request_duration_seconds_bucket:rate5m')} / ${p95(baseline('buckets', '1d'))}`,
          { '/steady': 1, '/changed': 2.4958 },
        ),
        at(baseline('count', '7d'), { '/steady': 1, '/changed': 1 }),
      ],
      alerts: [],
    },
  ]);
  expect(failures).toBe('');
});
