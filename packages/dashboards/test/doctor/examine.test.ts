import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '@outrider/test-servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig } from '../../src/config.ts';
import type { Query } from '../../src/dashboard.ts';
import { examine } from '../../src/doctor/examine.ts';
import type { Finding, PanelReport, Report } from '../../src/doctor/finding.ts';
import { generatedFiles } from '../../src/files.ts';
import { PrometheusClient } from '../../src/live/prometheus-client.ts';
import { named } from '../history/back-fill.ts';
import type { PastSeries } from '../history/back-fill.ts';
import { dashboardOf } from './panel.ts';
import { startStage, until } from './stage.ts';
import type { Stage } from './stage.ts';

const nowS = Math.floor(Date.now() / 15_000) * 15;
const slice = { fromS: nowS - 4 * 3600, toS: nowS };
const APP = { job: 'shop', instance: 'pod-1', worker: '0' };
const REQUEST = { ...APP, http_route: '/items', http_response_status_code: '200' };
const SIDECAR = { job: 'outrider', instance: 'host-1:9464' };
const RECORDED = 'job_route:http_server_request_duration_seconds';

function counting(metric: string, labels: Readonly<Record<string, string>>): PastSeries {
  return { name: named(metric, labels), at: (timeS) => timeS - slice.fromS };
}

const sidecar = counting('outrider_memory_usage_bytes', SIDECAR);
const past: readonly PastSeries[] = [
  sidecar,
  counting('process_uptime_seconds', APP),
  ...['0.1', '1.0', '+Inf'].map((le) => counting('http_server_request_duration_seconds_bucket', { ...REQUEST, le })),
  counting('http_server_request_duration_seconds_count', REQUEST),
  ...['1', '3.00', '+Inf'].map((le) => counting('http_server_time_to_first_byte_seconds_bucket', { ...REQUEST, le })),
  { ...counting('process_cpu_time_seconds_total', APP), at: (timeS) => (timeS % 120 === 0 ? timeS : undefined) },
  counting('nodejs_eventloop_delay_p99', APP),
  counting('v8js_gc_duration_seconds', APP),
  { ...counting('nodejs_heap_size_limit_bytes', APP), at: (timeS) => (timeS > nowS - 2 * 3600 ? undefined : 1) },
  { ...counting('system_disk_io_bytes_total', SIDECAR), at: (timeS) => (timeS === nowS ? 1 : undefined) },
  { ...counting('redis_up', SIDECAR), at: (timeS) => (timeS > nowS - 2 * 3600 ? undefined : 1) },
];

// One that matches several series on both sides, and one whose source is not a day old.
const rules = JSON.stringify({
  groups: [
    {
      name: 'some',
      interval: '1s',
      rules: [
        {
          record: `${RECORDED}_sum:rate5m`,
          expr: 'http_server_request_duration_seconds_bucket * on (job) http_server_request_duration_seconds_bucket',
        },
        { record: `${RECORDED}_count:baseline_1d`, expr: 'avg_over_time(process_uptime_seconds[1h] offset 23h30m)' },
      ],
    },
  ],
});

let full: Stage;
let lonely: Stage;
let empty: Stage;
let scraping: Stage;
let waiting: Stage;
let exposition: Server;
let downPort: number;

beforeAll(async () => {
  exposition = createServer(({ url = '' }, response) => {
    if (url.startsWith('/starting')) response.statusCode = 503;
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    response.end(`outrider_memory_usage_bytes 1\nprocess_uptime_seconds{job="shop",instance="pod-1",worker="0"} 5\n`);
  }).listen(0, '127.0.0.1');
  await once(exposition, 'listening');
  downPort = await freePort();
  const target = (address: string): object => ({ targets: [address], labels: { job: 'outrider' } });
  const up = `127.0.0.1:${(exposition.address() as AddressInfo).port}`;
  // The rule's error is from an evaluation of its own. The others need no answer of theirs.
  [full, lonely, empty, scraping, waiting] = await Promise.all([
    startStage({ past, slice, settings: { rule_files: ['rules.yml'] }, rules }),
    startStage({ past: [sidecar], slice }),
    startStage({}),
    startStage({
      settings: {
        scrape_configs: [
          { job_name: 'often', scrape_interval: '1s', scrape_timeout: '1s', static_configs: [target(up)] },
          {
            job_name: 'gone',
            scrape_interval: '1s',
            scrape_timeout: '1s',
            static_configs: [target(`127.0.0.1:${downPort}`)],
          },
          { job_name: 'seldom', scrape_interval: '2m', static_configs: [target(up)] },
        ],
      },
    }),
    startStage({
      settings: {
        scrape_configs: [
          { job_name: 'patient', scrape_interval: '1d', static_configs: [target(`127.0.0.1:${downPort}`)] },
        ],
      },
    }),
  ]);
  await until('the rules to be evaluated', async () => {
    const groups = await full.client.rules();
    return groups.every((group) => group.rules.every(({ health }) => health !== 'unknown'));
  });
  // It looks for targets every five seconds.
  await until('the targets to be known', async () => (await waiting.client.targets()).length > 0);
  await until('the targets to be scraped', async () => {
    const [series, down] = await Promise.all([
      scraping.client.query('process_uptime_seconds'),
      scraping.client.query('up == 0'),
    ]);
    return series.length > 0 && down.length > 0;
  });
});

afterAll(async () => {
  exposition.close();
  await Promise.all([full, lonely, empty, scraping, waiting].map((stage) => stage.stop()));
});

function look(stage: Stage, queries: readonly Query[], config: DashboardConfig = defaultConfig): Promise<Report> {
  return examine(stage.client, config, [dashboardOf(queries)], nowS);
}

async function panelOf(stage: Stage, ...exprs: readonly string[]): Promise<PanelReport> {
  const { dashboards } = await look(
    stage,
    exprs.map((expr) => ({ expr, legend: '' })),
  );
  expect(dashboards[0]?.panels).toHaveLength(1);
  return dashboards[0]!.panels[0]!;
}

async function findingOf(stage: Stage, expr: string): Promise<Finding & { readonly status: string }> {
  const { status, findings } = await panelOf(stage, expr);
  expect(findings).toHaveLength(1);
  return { status, ...findings[0]! };
}

const count = 'http_server_request_duration_seconds_count';
const bucket = 'http_server_request_duration_seconds_bucket';

describe('examine', () => {
  it('finds nothing to say of a panel that has data', async () => {
    expect(await panelOf(full, 'process_uptime_seconds{job=~".+"}')).toEqual({
      id: 7,
      title: 'Panel',
      status: 'ok',
      findings: [],
    });
  });

  it.each<[string, string, string, string, RegExp]>([
    ['a window with one sample', 'rate(process_cpu_time_seconds_total[$__rate_interval])', 'missing', 'rate-window', /^rates look 1m back, where process_cpu_time_seconds_total has one sample/],
    ['a name without its unit', 'max(nodejs_eventloop_delay_p99_seconds{job="shop"})', 'missing', 'other-name', /is there as nodejs_eventloop_delay_p99, without a suffix/],
    ['a native histogram', 'rate(v8js_gc_duration_seconds_count[5m])', 'missing', 'other-name', /is there as v8js_gc_duration_seconds, a native histogram$/],
    ['what ended before the range', 'nodejs_heap_size_limit_bytes', 'missing', 'too-old', /has had no sample since \d{4}-\d\d-\d\d \d\d:\d\d UTC$/],
    ['a value that no label has', 'process_uptime_seconds{job="shopp"}', 'missing', 'label', /^process_uptime_seconds has no job="shopp"; it has job shop$/],
    ['a label of the installation that is not there', 'process_uptime_seconds{cluster=~"eu-.*"}', 'missing', 'label', /has no label cluster; it has instance, job, worker$/],
    ['a release that nobody says', `rate(${count}{service_version=~".+"}[5m])`, 'missing', 'label', /has no label service_version/],
    ['labels that no series has at once', 'process_uptime_seconds{job="shop"} and on (instance) outrider_memory_usage_bytes', 'missing', 'no-match', /no series fit together/],
    ['a threshold that is no bound', `rate(${bucket}{le="0.15"}[5m])`, 'missing', 'bucket', /has no bucket up to 0\.15; its bounds are 0\.1, 1\.0, \+Inf$/],
    ['a bound in another spelling', 'rate(http_server_time_to_first_byte_seconds_bucket{le=~"3([.]0)?"}[5m])', 'missing', 'bucket', /spells the bound 3 as le="3\.00"/],
    ['a recorded series whose rule fails', `${RECORDED}_sum:rate5m`, 'missing', 'rule-fails', /_sum:rate5m fails: found duplicate series/],
    ['a recorded series that nobody records', `${RECORDED}_count:rate5m{job=~".+"}`, 'missing', 'rules-not-loaded', /rules are not loaded/],
    ['a query that cannot be run', `${bucket} * on (job) ${bucket}`, 'missing', 'query-refused', /duplicate series/],
    ['requests, before there were any', 'http_server_active_requests', 'missing', 'no-requests', /none has had a request/],
    ['what an older version has not', 'system_memory_limit_bytes', 'missing', 'metric-missing', /^nothing has ever had system_memory_limit_bytes$/],
    ['what has just begun', 'rate(system_disk_io_bytes_total[1m])', 'empty', 'too-young', /has one sample so far: rates take two$/],
    ['what has not happened', `sum(rate(${count}{http_response_status_code=~"5.."}[5m]))`, 'empty', 'idle', /has had http_response_status_code=~"5\.\."$/],
    ['no share of nothing', '0 * process_uptime_seconds / (0 * process_uptime_seconds)', 'empty', 'idle', /nothing happened/],
    ['no alert', 'ALERTS{alertstate="firing"}', 'empty', 'idle', /no alert has fired/],
    ['a server that is not watched', 'memcached_up{instance=~".+"}', 'empty', 'not-used', /^no memcached server is watched$/],
    ['what takes a full garbage collection', 'v8js_memory_heap_used_after_gc_bytes', 'empty', 'not-used', /^no process has collected all of its garbage yet$/],
    ['a server that is watched no more', 'redis_up', 'empty', 'not-used', /^no Redis server is watched since /],
    ['a baseline of a day that has not been', `${RECORDED}_count:baseline_1d`, 'empty', 'too-young', /^there is no process_uptime_seconds of 23h30m ago yet$/],
  ])('says why there is nothing: %s', async (_, expr, status, code, why) => {
    expect(await findingOf(full, expr)).toMatchObject({ status, code, why: expect.stringMatching(why) });
  }); // prettier-ignore

  it('takes what is empty by design as it is', async () => {
    const { dashboards } = await look(full, [{ expr: 'memcached_up', legend: '', emptyIsHealthy: 'none has any' }]);
    expect(dashboards[0]?.panels).toMatchObject([
      { status: 'empty', findings: [{ code: 'by-design', why: 'none has any' }] },
    ]);
  });

  it('does not take as empty by design what could never be filled', async () => {
    const queries = [
      { expr: `${RECORDED}_count:rate5m > 1`, legend: '', emptyIsHealthy: 'none is that slow' },
      { expr: `rate(${bucket}{le="0.15"}[5m]) > 1`, legend: '', emptyIsHealthy: 'none is that slow' },
    ];
    const { dashboards } = await look(full, queries);
    expect(dashboards[0]?.panels).toMatchObject([
      { status: 'missing', findings: [{ code: 'rules-not-loaded' }, { code: 'bucket' }] },
    ]);
  });

  it('does without what something else stands in for, unless nothing explains more', async () => {
    const unrecorded = `${RECORDED}_count:rate5m`;
    const both = `topk by (job) (1, ${unrecorded} or on (job) process_uptime_seconds)`;
    const queries = [{ expr: `${both} < 0`, legend: '', emptyIsHealthy: 'it is the first' }];
    const { dashboards } = await look(full, queries);
    expect(dashboards[0]?.panels).toMatchObject([{ status: 'empty', findings: [{ code: 'by-design' }] }]);
    expect(await findingOf(full, `(memcached_up or process_uptime_seconds) < 0`)).toMatchObject({ code: 'not-used' });
    expect(await findingOf(full, `(${unrecorded} or memcached_up) < 0`)).toMatchObject({ code: 'rules-not-loaded' });
  });

  it('says of several queries of a panel the one that lacks, each reason once', async () => {
    const old = 'nodejs_heap_size_limit_bytes';
    expect(await panelOf(full, 'process_uptime_seconds', old, `max(${old})`)).toMatchObject({
      status: 'partly',
      findings: [{ code: 'too-old' }],
    });
  });

  it('says that what came after the last step of the panel is young', async () => {
    const expr = `process_uptime_seconds and on () (vector(time()) > ${nowS})`;
    const young = await examine(full.client, defaultConfig, [dashboardOf([{ expr, legend: '' }])], nowS + 7);
    expect(young.dashboards[0]?.panels).toMatchObject([{ status: 'empty', findings: [{ code: 'too-young' }] }]);
  });

  it('looks for what explains most, not for what is named first', async () => {
    const errors = `sum(rate(${count}{http_response_status_code=~"5.."}[5m]))`;
    const cpu = 'sum(rate(process_cpu_time_seconds_total[1m]))';
    expect(await findingOf(full, `${errors} / ${cpu}`)).toMatchObject({ code: 'rate-window' });
  });

  it('says that rules are of another version, and which fail', async () => {
    const { problems, well } = await look(full, []);
    expect(well).toBe(false);
    const ofRules = problems.filter(({ code }) => code.startsWith('rule'));
    expect(ofRules.map(({ code }) => code)).toEqual(['rules-differ', 'rules-differ', 'rule-fails']);
    expect(problems[0]?.why).toMatch(/^rules of this version are not loaded: \S+, \S+, \S+ and \d+ more$/);
  });

  it('says that nobody pushes, and that no rule is loaded', async () => {
    expect(await findingOf(lonely, 'cache_operations_total')).toMatchObject({
      status: 'missing',
      code: 'nobody-pushes',
    });
    const { problems } = await look(lonely, []);
    expect(problems.map(({ code }) => code)).toEqual(['rules-not-loaded']);
    expect((await look(lonely, [])).dashboards).toEqual([]);
  });

  it('says that no sidecar is scraped', async () => {
    expect(await findingOf(empty, 'outrider_store_series')).toMatchObject({ code: 'not-scraped' });
    const { problems } = await look(empty, []);
    expect(problems[0]).toMatchObject({ code: 'not-scraped', mend: expect.stringContaining('honor_labels: true') });
  });

  it('says of targets that one is down, one is seldom scraped, and that labels were renamed', async () => {
    const { problems } = await examine(scraping.client, defaultConfig, []);
    expect(problems.map(({ code }) => code)).toEqual([
      'target-down',
      'no-honor-labels',
      'scraped-too-seldom',
      'rules-not-loaded',
    ]);
    expect(problems[0]?.why).toMatch(
      new RegExp(`^http://127\\.0\\.0\\.1:${downPort}/metrics cannot be scraped: .*connection refused`),
    );
    expect(problems[2]).toMatchObject({
      why: expect.stringContaining('is scraped every 2m, and the dashboards are made for every 15s'),
      mend: expect.stringContaining('scrape_interval: 15s'),
    });
    const { dashboards } = await examine(scraping.client, defaultConfig, [
      dashboardOf([{ expr: 'process_uptime_seconds{job="shop"}', legend: '' }]),
    ]);
    expect(dashboards[0]?.panels[0]?.findings).toMatchObject([{ code: 'no-honor-labels' }]);
    // One that is down says nothing of what the others tell.
    expect(
      await examine(scraping.client, defaultConfig, [dashboardOf([{ expr: 'memcached_up', legend: '' }])]),
    ).toMatchObject({
      dashboards: [{ panels: [{ status: 'empty', findings: [{ code: 'not-used' }] }] }],
    });
  });

  it('says of targets that they have not been scraped yet', async () => {
    const { problems } = await examine(waiting.client, defaultConfig, []);
    expect(problems[0]).toEqual({
      code: 'not-scraped',
      why: `http://127.0.0.1:${downPort}/metrics has not been scraped yet`,
      mend: 'wait 1d and ask again',
    });
  });

  it('is well where all is there and nothing is wrong', async () => {
    const bundled = generatedFiles(defaultConfig).get('prometheus/rules/outrider.yml') ?? '';
    const stage = await startStage({ past: [sidecar], slice, settings: { rule_files: ['rules.yml'] }, rules: bundled });
    try {
      const queries = [
        { expr: 'outrider_memory_usage_bytes', legend: '' },
        { expr: 'redis_up', legend: '' },
      ];
      expect(await look(stage, queries)).toMatchObject({
        prometheus: { url: `${stage.url}/`, version: expect.stringMatching(/^\d/) },
        problems: [],
        well: true,
      });
    } finally {
      await stage.stop();
    }
  });

  it('says of a Prometheus that stops to answer that it does, in bounded time', async () => {
    let isSilent = true;
    const stub = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const isFirst = body.startsWith('query=vector');
        if (isFirst || !isSilent) response.end('{"status":"success","data":{"resultType":"vector","result":[]}}');
      });
    }).listen(0, '127.0.0.1');
    await once(stub, 'listening');
    const url = `http://127.0.0.1:${(stub.address() as AddressInfo).port}`;
    const dashboard = dashboardOf([{ expr: 'up', legend: '' }]);
    try {
      const silent = await examine(new PrometheusClient(url, { timeoutMs: 100 }), defaultConfig, [dashboard]);
      expect(silent).toMatchObject({ well: false, dashboards: [], problems: [{ code: 'no-answer' }] });
      isSilent = false;
      const many = Array.from({ length: 1000 }, () => dashboard);
      const slow = await examine(new PrometheusClient(url, { totalMs: 500 }), defaultConfig, many);
      expect(slow.dashboards.at(-1)?.panels).toMatchObject([
        { status: 'missing', findings: [{ code: 'no-answer', mend: expect.stringContaining('--dashboard') }] },
      ]);
    } finally {
      stub.closeAllConnections();
      stub.close();
    }
  });

  it('says that nobody answers, or not Prometheus', async () => {
    const nobody = new PrometheusClient(`http://u:hunter2@127.0.0.1:${downPort}`);
    const report = await examine(nobody, defaultConfig, [dashboardOf([])]);
    expect(report).toMatchObject({ well: false, dashboards: [], problems: [{ code: 'unreachable' }] });
    expect(JSON.stringify(report)).not.toContain('hunter2');
    const { port } = exposition.address() as AddressInfo;
    const starting = await examine(new PrometheusClient(`http://127.0.0.1:${port}/starting`), defaultConfig, []);
    expect(starting.problems).toMatchObject([
      { code: 'unreachable', why: expect.stringContaining('503: it is starting') },
    ]);
    const other = await examine(new PrometheusClient(`http://127.0.0.1:${port}/x`), defaultConfig, []);
    expect(other).toMatchObject({
      well: false,
      problems: [{ code: 'not-prometheus', why: expect.stringContaining('answered 200') }],
    });
  });
});
