import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { allDashboards } from '../../src/dashboards/all-dashboards.ts';
import { interpolate } from '../../src/interpolate.ts';
import { annotationQueries, initialValues, panelQueries } from '../../src/live/run-queries.ts';
import { ruleGroups } from '../../src/rules/groups.ts';
import { named } from './back-fill.ts';
import type { PastSeries } from './back-fill.ts';
import { catalogueSeries } from './catalogue-past.ts';
import type { Lifetime } from './catalogue-past.ts';
import { PastPrometheus } from './past-prometheus.ts';

const STEP_S = 30;
const LOOK_S = 15;
// Prometheus goes on with a series of which nothing says that it ended for five minutes.
const LOOKED_BACK_S = 300;
const DEPLOY = Date.UTC(2026, 0, 15, 11) / 1000;
const OVERLAP_S = 180;
const SLICE = { fromS: DEPLOY - 660, toS: DEPLOY + OVERLAP_S + LOOKED_BACK_S + 120 };
const LOOKED_AT = { fromS: DEPLOY - 60, toS: SLICE.toS };

// One of them serves both releases for a while, one the old one only, and one is new.
const before = { fromS: SLICE.fromS, toS: DEPLOY + OVERLAP_S, version: '1.0.0' };
const after = { fromS: DEPLOY, toS: SLICE.toS, version: '1.1.0' };
const processes: readonly Lifetime[] = [
  { ...before, labels: { instance: 'web-1', job: 'shop', worker: '0' } },
  { ...before, labels: { instance: 'web-2', job: 'shop', worker: '0' } },
  { ...after, labels: { instance: 'web-2', job: 'shop', worker: '1' } },
  { ...after, labels: { instance: 'web-3', job: 'shop', worker: '0' } },
];
const sidecars: readonly Lifetime[] = ['10.0.0.1:9464', '10.0.0.2:9464'].map((instance) => ({
  fromS: SLICE.fromS,
  toS: SLICE.toS,
  labels: { instance, job: 'outrider' },
}));

/** What the sidecars tell of the application, which carries its job. */
const OF_SERVICES = new Set(['app.workers', 'app.process.exits', 'app.process.restarts', 'service.release.timestamp']);

function released({ labels, fromS, toS, version = '' }: Lifetime): PastSeries {
  const { job = '', instance = '' } = labels;
  return {
    name: named('service_release_timestamp_seconds', { instance, job, service_version: version }),
    at: (timeS) => (timeS < fromS || timeS > toS ? undefined : fromS),
  };
}

/** The application's own figures of `app.workers` and the like: by job and instance. */
function services({ labels: { job = '', instance = '' }, ...lifetime }: Lifetime): readonly PastSeries[] {
  const all = catalogueSeries('sidecar', { ...lifetime, labels: { instance, job } });
  return all.filter(({ name }) => name.startsWith('app_'));
}

const past: readonly PastSeries[] = [
  ...processes.flatMap((one) => catalogueSeries('app', one)),
  ...processes.map(released),
  ...[processes[0], processes[1], processes[3]].flatMap((one) => services(one!)),
  ...sidecars.flatMap((one) => catalogueSeries('sidecar', one, OF_SERVICES)),
  // What Prometheus says itself of what it scrapes.
  ...['up', 'scrape_duration_seconds', 'scrape_samples_scraped'].flatMap((metric) =>
    sidecars.map(({ labels }) => ({ name: named(metric, labels), at: () => 1 })),
  ),
];

const groups = ruleGroups(defaultConfig);
const dashboards = allDashboards(defaultConfig);
const values = { scrapeIntervalS: STEP_S, stepS: LOOK_S, rangeS: 600 };

describe('across a deploy', () => {
  let prometheus: PastPrometheus;

  beforeAll(async () => {
    prometheus = await PastPrometheus.of(past, [SLICE], STEP_S, groups);
  });
  afterAll(() => prometheus?.stop());

  /** What an expression says to every look during the deploy; throws what Prometheus answers instead. */
  const across = async (expr: string): Promise<number> =>
    (await prometheus.client.queryRange(expr, LOOKED_AT.fromS, LOOKED_AT.toS, LOOK_S)).length;

  it('both releases are there at once, on one host and on several', async () => {
    const count =
      'count by (instance) (count by (instance, service_version) (http_server_request_duration_seconds_count))';
    const found = await prometheus.client.query(count, DEPLOY + OVERLAP_S + LOOKED_BACK_S - LOOK_S);
    const versions = found.map(({ labels, samples }) => [labels['instance'], samples[0]?.[1]]);
    expect(Object.fromEntries(versions)).toEqual({ 'web-1': 1, 'web-2': 2, 'web-3': 1 });
  });

  it('a join over the release fails here', async () => {
    const naive =
      'sum by (job, instance) (rate(http_server_request_duration_seconds_count[5m]))' +
      ' * on (job, instance) group_left (service_version) service_release_timestamp_seconds';
    await expect(across(naive)).rejects.toThrow(/many-to-many|duplicate series/);
  });

  it('no query of a panel fails', async () => {
    const failed: string[] = [];
    const empty: string[] = [];
    for (const { dashboard, panel, refId, query } of panelQueries(dashboards)) {
      const place = `${dashboard.uid} ${panel.id} ${panel.title} ${refId}`;
      const expr = interpolate(query.expr, initialValues(dashboard, values));
      try {
        if ((await across(expr)) === 0 && query.emptyIsHealthy === undefined) empty.push(`${place}: ${expr}`);
      } catch (error) {
        failed.push(`${place}: ${(error as Error).message}`);
      }
    }
    expect(failed).toEqual([]);
    // What finds nothing cannot fail.
    expect(empty).toEqual([]);
  });

  it('no mark on a time axis fails', async () => {
    for (const { dashboard, annotation } of annotationQueries(dashboards))
      await across(interpolate(annotation.expr, initialValues(dashboard, values)));
  });

  it('no rule fails', async () => {
    const failed: string[] = [];
    for (const rule of groups.flatMap(({ rules }) => rules)) {
      try {
        await across(rule.expr);
      } catch (error) {
        failed.push(`${'alert' in rule ? rule.alert : rule.record}: ${(error as Error).message}`);
      }
    }
    expect(failed).toEqual([]);
  });
});
