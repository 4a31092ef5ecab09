import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { defaultConfig } from '../../src/config.ts';
import { rulesFile } from '../../src/outputs/rules-file.ts';
import type { Samples } from './alert-case.ts';
import { counter, gauge } from './course.ts';
import type { Stretch } from './course.ts';
import { testRules } from './promtool.ts';
import { requests } from './requests.ts';
import type { Course } from './promtool.ts';

// What is usual in an installation and easily mistaken: deployments, warming up, outages that last, pools of several
// workers.

const MiB = 2 ** 20;
const { groups } = parse(rulesFile(defaultConfig)) as {
  readonly groups: ReadonlyArray<{ readonly name: string; readonly rules: ReadonlyArray<{ readonly alert?: string }> }>;
};

/** The firing series of an alert at a minute, as promtool writes them: all labels but those that an alert always has. */
function firing(
  alert: string,
  minute: number,
  expected: readonly string[],
): NonNullable<Course['expressions']>[number] {
  const by = 'job, instance, worker, http_route, service_version, db_client_connection_pool_name';
  return {
    minute,
    expr: `count by (${by}) (ALERTS{alertname="${alert}",alertstate="firing"})`,
    expected: expected.map((labels) => ({ labels, value: 1 })),
  };
}

/** Runs the rules of one alert's group over samples of one a minute. */
function play(
  alert: string,
  samples: Samples,
  checks: ReadonlyArray<readonly [minute: number, firing: readonly string[]]>,
): Promise<string> {
  const rules = stringify({
    groups: groups.filter(
      ({ name, rules: all }) => name === 'outrider-releases' || all.some((rule) => rule.alert === alert),
    ),
  });
  const expressions = checks.map(([minute, expected]) => firing(alert, minute, expected));
  return testRules(rules, [{ name: alert, samples, expressions }]);
}

const up = (instance: string, ...values: readonly Stretch[]): Samples => ({
  [`up{instance="${instance}",job="outrider"}`]: gauge(...values),
});

/** What is there for some minutes, and then removed from the targets: Prometheus marks it stale. */
const removed = (series: Samples): Samples =>
  Object.fromEntries(Object.entries(series).map(([name, values]) => [name, `${values} stale`]));

it('TargetMissing goes on for as long as the sidecar is away', async () => {
  const away = up('web-1:9464', [1, 10], [0, 170]);
  const missing = ['{instance="web-1:9464",job="outrider"}'];
  expect(
    await play('TargetMissing', away, [
      [11, []],
      [12, missing],
      [60, missing],
      [100, missing],
      [179, missing],
    ]),
  ).toBe('');
});

it('TargetMissing is silent about a sidecar that a deployment replaced', async () => {
  const replaced = {
    ...removed(up('10.0.0.1:9464', [1, 30])),
    [`up{instance="10.0.0.2:9464",job="outrider"}`]: `_x28 ${gauge([1, 60])}`,
  };
  expect(
    await play(
      'TargetMissing',
      replaced,
      [20, 31, 33, 40, 80].map((minute) => [minute, []]),
    ),
  ).toBe('');
});

it('TargetMissing names the last sidecars when none is left', async () => {
  const gone = removed(up('web-1:9464', [1, 30]));
  const missing = ['{instance="web-1:9464",job="outrider"}'];
  expect(
    await play('TargetMissing', gone, [
      [29, []],
      [33, missing],
      [80, missing],
    ]),
  ).toBe('');
});

/** Live processes of the shop as the sidecar of a host tells them. */
const live = (host: string, values: string): Samples => ({
  [`app_workers{instance="${host}",job="shop",state="live"}`]: values,
});

const GONE = ['{job="shop"}'];

it('ApplicationMissing is silent while one host after the other gets a new release', async () => {
  const course = {
    ...live('web-1', gauge([2, 30], [0, 1], [2, 30])),
    ...live('web-2', gauge([2, 31], [0, 1], [2, 29])),
    ...up('web-1:9464', [1, 61]),
    ...up('web-2:9464', [1, 61]),
  };
  expect(await play('ApplicationMissing', course, through(61))).toBe('');
});

it('ApplicationMissing is silent about a sidecar that is restarted, and one that is away, which TargetMissing is about', async () => {
  const restarted = {
    ...live('web-1', `${gauge([2, 30])} stale ${gauge([2, 30])}`),
    ...up('web-1:9464', [1, 30], [0, 1], [1, 30]),
  };
  expect(await play('ApplicationMissing', restarted, through(61))).toBe('');
  const away = { ...live('web-1', `${gauge([2, 30])} stale`), ...up('web-1:9464', [1, 30], [0, 60]) };
  expect(await play('ApplicationMissing', away, through(90))).toBe('');
  expect(await play('TargetMissing', away, [[40, ['{instance="web-1:9464",job="outrider"}']]])).toBe('');
});

it('ApplicationMissing fires once the last process has gone, for some fifty minutes of the hour', async () => {
  // Forgotten by its sidecar five minutes later, as after a stop by SIGTERM or when somebody scales it to nothing.
  const course = { ...live('web-1', `${gauge([2, 40], [0, 5])} stale`), ...up('web-1:9464', [1, 120]) };
  expect(
    await play('ApplicationMissing', course, [
      [41, []],
      [43, GONE],
      [60, GONE],
      [88, GONE],
      [93, []],
      [119, []],
    ]),
  ).toBe('');
});

it('ApplicationMissing fires where the processes that are left are silent', async () => {
  const course = {
    ...live('web-1', gauge([2, 30], [0, 30])),
    'app_workers{instance="web-1",job="shop",state="silent"}': gauge([0, 30], [2, 30]),
    ...up('web-1:9464', [1, 60]),
  };
  expect(
    await play('ApplicationMissing', course, [
      [31, []],
      [33, GONE],
    ]),
  ).toBe('');
});

const PROCESS = 'instance="web-1",job="shop",worker="0"';

/** A process from its start on: its uptime, and a figure of it by minute. */
function process(name: string, figure: (minute: number) => number, minutes: number): Samples {
  const each = Array.from({ length: minutes }, (_, minute) => minute);
  return {
    [`${name}{${PROCESS}}`]: each.map((minute) => figure(minute)).join(' '),
    [`process_uptime_seconds{${PROCESS}}`]: each.map((minute) => minute * 60).join(' '),
  };
}

/** Every minute of some hours. */
const through = (minutes: number): ReadonlyArray<readonly [number, readonly string[]]> =>
  Array.from({ length: minutes }, (_, minute) => [minute, []]);

it('MemoryGrowth is silent about a process whose first thorough collection comes late', async () => {
  const warm = process('v8js_memory_heap_used_after_gc_bytes', (minute) => (minute < 40 ? 8 : 40) * MiB, 260);
  expect(await play('MemoryGrowth', warm, through(260))).toBe('');
});

it('MemoryJump is silent about what a process takes in its first minutes', async () => {
  const warm = process('process_memory_usage_bytes', (minute) => (minute < 3 ? 90 : 240) * MiB, 60);
  expect(await play('MemoryJump', warm, through(60))).toBe('');
});

const pool = (worker: number, used: number, limit: number | undefined): Samples => {
  const labels = `instance="web-1",job="shop",worker="${worker}",db_client_connection_pool_name="orders"`;
  return {
    [`db_client_connection_count{${labels},db_client_connection_state="used"}`]: gauge([used, 20]),
    ...(limit === undefined ? {} : { [`db_client_connection_limit{${labels}}`]: gauge([limit, 20]) }),
  };
};

it('DbPoolExhausted sees the one worker that has used up its pool', async () => {
  const exhausted = ['{db_client_connection_pool_name="orders",instance="web-1",job="shop",worker="1"}'];
  const workers = { ...pool(0, 2, 10), ...pool(1, 10, 10), ...pool(2, 1, 10), ...pool(3, 0, 10) };
  expect(await play('DbPoolExhausted', workers, [[5, exhausted]])).toBe('');
});

it('DbPoolExhausted is silent about pools without a limit', async () => {
  expect(
    await play('DbPoolExhausted', { ...pool(0, 0, 0), ...pool(1, 5, 0), ...pool(2, 9, undefined) }, [[5, []]]),
  ).toBe('');
  // One worker tells its limit, and the other one has none.
  expect(await play('DbPoolExhausted', { ...pool(0, 2, 10), ...pool(1, 9, undefined) }, [[5, []]])).toBe('');
});

const COUNT = 'http_server_request_duration_seconds_count';

it('ThroughputRegression fires for an application that is not there any more', async () => {
  const were = (ago: string, minutes: number): Samples => ({
    [`job_route:${COUNT}:baseline_${ago}{http_route="/basket",job="shop"}`]: gauge([10, minutes]),
  });
  const now = { [`job_route:${COUNT}:rate5m{http_route="/basket",job="shop"}`]: `${gauge([10, 20])} stale` };
  const gone = ['{job="shop"}'];
  // A day after, there is nothing left that it could be held against.
  const course = { ...now, ...removed(were('1d', 60)), ...were('7d', 90) };
  expect(
    await play('ThroughputRegression', course, [
      [19, []],
      [29, []],
      [31, gone],
      [55, gone],
      [75, []],
    ]),
  ).toBe('');
});

const VERSION = 'job_version_route:http_server_request_duration_seconds_count:rate5m';

/** A release of the shop on a host: since when the sidecar there knows it, in minutes, and when it was last there. */
const released = (version: string, instance: string, values: string): Samples => ({
  [`service_release_timestamp_seconds{instance="${instance}",job="shop",service_version="${version}"}`]: values,
});

/** What is recorded of a route in a release: requests a second in stretches of minutes, all of them slower than a bound. */
const rates = (version: string, slowerThan: number, ...stretches: readonly Stretch[]): Samples => {
  const labels = `http_route="/basket",job="shop",service_version="${version}"`;
  const bucket = 'job_version_route_le:http_server_request_duration_seconds_bucket:rate5m';
  return {
    [`${VERSION}{${labels}}`]: gauge(...stretches),
    ...Object.fromEntries(
      ['0.01', '0.03', '0.06', '0.15', '0.5', '+Inf'].map((le) => [
        `${bucket}{le="${le}",${labels}}`,
        gauge(
          ...stretches.map(
            ([rate, minutes]) => [Number(le) > slowerThan || le === '+Inf' ? rate : 0, minutes] as const,
          ),
        ),
      ]),
    ),
  };
};

it('ReleaseRegression takes no old release for the new one when its hosts were replaced', async () => {
  const minutes = 60;
  // The canary 2.0.0 is the faster one. The hosts of 1.0.0 are replaced after it has come.
  const course = {
    ...rates('1.0.0', 0.06, [1, minutes]),
    ...rates('2.0.0', 0.005, [1, minutes]),
    ...released('1.0.0', 'web-1', `${gauge([60, 10])} stale`),
    ...released('2.0.0', 'web-2', `_x4 ${gauge([300, 55])}`),
    ...released('1.0.0', 'web-3', `_x8 ${gauge([540, 51])}`),
  };
  expect(await play('ReleaseRegression', course, through(minutes))).toBe('');
});

it('ReleaseRegression is of one release: a rollback ends it, and what was rolled back to has its own', async () => {
  // Each release is slower than the one before it. 1.1.0 is taken back, and answers probes only.
  const course = {
    ...rates('0.9.0', 0.005, [1, 20], [0, 70]),
    ...rates('1.0.0', 0.03, [0, 20], [1, 20], [0, 20], [1, 30]),
    ...rates('1.1.0', 0.15, [0, 40], [1, 20], [0.1, 30]),
    ...released('0.9.0', 'web-1', gauge([0, 90])),
    ...released('1.0.0', 'web-1', `${'_ '.repeat(20)}${gauge([1200, 70])}`),
    ...released('1.1.0', 'web-1', `${'_ '.repeat(40)}${gauge([2400, 50])}`),
  };
  const of = (version: string): string => `{http_route="/basket",job="shop",service_version="${version}"}`;
  expect(
    await play('ReleaseRegression', course, [
      [29, []],
      [31, [of('1.0.0')]],
      [52, [of('1.1.0')]],
      [66, []],
      [72, [of('1.0.0')]],
    ]),
  ).toBe('');
});

it('counts are told as whole numbers, though increases are extrapolated', async () => {
  // 3 errors within the window, which promtool's engine makes 3.75 of.
  const samples = {
    [`cache_operations_total{${PROCESS},cache_name="products",cache_operation="get",cache_result="error"}`]:
      '_ _ _ 1 4 4',
  };
  const rules = stringify({
    groups: groups.filter(({ rules: all }) => all.some(({ alert }) => alert === 'CacheErrors')),
  });
  const said = await testRules(rules, [
    { name: 'fraction', samples, alerts: [{ minute: 5, alert: 'CacheErrors', expected: [] }] },
  ]);
  expect(said).toMatch(/failed in the last 5 minutes: \d+\./);
});

it('SlowRequests speaks of requests without a route as such', async () => {
  const name = 'http_server_request_duration_seconds';
  const samples = {
    [`${name}_count{${PROCESS}}`]: counter([0, 2], [5, 5]),
    [`${name}_bucket{le="3.0",${PROCESS}}`]: counter([0, 7]),
  };
  const rules = stringify({
    groups: groups.filter(({ rules: all }) => all.some(({ alert }) => alert === 'SlowRequests')),
  });
  const said = await testRules(rules, [
    { name: 'no route', samples, alerts: [{ minute: 6, alert: 'SlowRequests', expected: [] }] },
  ]);
  expect(said).toContain('Requests to (no route) of shop slower than 3 s');
});

it('CacheHitRateLow takes what the second tier of a cache has for a hit', async () => {
  const lookups = (tier: string, hits: number, misses: number): Samples => {
    const labels = `${PROCESS},cache_name="products",cache_tier="${tier}",cache_operation="get"`;
    return {
      [`cache_operations_total{${labels},cache_result="hit"}`]: counter([hits, 40]),
      [`cache_operations_total{${labels},cache_result="miss"}`]: counter([misses, 40]),
    };
  };
  expect(await play('CacheHitRateLow', { ...lookups('L1', 5, 95), ...lookups('L2', 38, 57) }, through(40))).toBe('');
  const cold = { ...lookups('L1', 5, 95), ...lookups('L2', 10, 85) };
  expect(await play('CacheHitRateLow', cold, [[39, ['{job="shop"}']]])).toBe('');
});

it('ContainerMemoryHigh does not come and go with the collections of a heap', async () => {
  const of = 'instance="web-1",job="shop",worker="0"';
  const course = (workingSet: string): Samples => ({
    [`container_memory_working_set_bytes{${of}}`]: workingSet,
    [`container_memory_limit_bytes{${of}}`]: gauge([100, 61]),
  });
  const full = ['{instance="web-1",job="shop"}'];
  const minutes = (from: number): number[] => Array.from({ length: 60 - from }, (_, minute) => from + minute);
  const saw = course('86 90 94 98 '.repeat(15).trim());
  expect(
    await play(
      'ContainerMemoryHigh',
      saw,
      minutes(10).map((minute) => [minute, full]),
    ),
  ).toBe('');
  const edge = course('92 92 92 92 92 92 92 89.5 '.repeat(8).trim());
  expect(
    await play(
      'ContainerMemoryHigh',
      edge,
      minutes(10).map((minute) => [minute, full]),
    ),
  ).toBe('');
  const below = course('80 84 88 99 '.repeat(15).trim());
  expect(
    await play(
      'ContainerMemoryHigh',
      below,
      minutes(1).map((minute) => [minute, []]),
    ),
  ).toBe('');
});

it('ErrorBudgetBurnPage says nothing of requests of which it cannot be told whether they are fast', async () => {
  const samples = requests([
    [
      [
        { perMinute: 100, within: 0.01 },
        { perMinute: 50, within: 0.01, status: 500 },
      ],
      60,
    ],
  ]);
  const expressions = [{ minute: 59, expr: 'ALERTS{alertname="ErrorBudgetBurnPage"}', expected: [] }];
  const rules = rulesFile(defaultConfig);
  const without = Object.fromEntries(Object.entries(samples).filter(([series]) => !series.includes('le="0.5"')));
  expect(await testRules(rules, [{ name: 'without the bound', samples: without, expressions }])).toBe('');
  expect(await testRules(rules, [{ name: 'with it', samples, expressions }])).toContain('ErrorBudgetBurnPage');
});
