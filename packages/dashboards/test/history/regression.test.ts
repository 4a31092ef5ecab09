import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { regressionDashboard } from '../../src/dashboards/regression.ts';
import { sloDashboard } from '../../src/dashboards/slo.ts';
import { interpolate } from '../../src/interpolate.ts';
import { initialValues, panelQueries, run, runAnnotations, annotationQueries } from '../../src/live/run-queries.ts';
import type { Dashboard, QueryPanel } from '../../src/dashboard.ts';
import { BASELINES } from '../../src/measures/recorded.ts';
import type { Baseline } from '../../src/measures/recorded.ts';
import { ruleGroups } from '../../src/rules/groups.ts';
import type { Values } from '../../src/interpolate.ts';
import { exponentialQuantile, shareAbove } from './exponential-past.ts';
import { PastPrometheus } from './past-prometheus.ts';
import { DEPLOYED_S, NOW_S, RANGE_S, ROUTES, SLICES, shopPast } from './shop-past.ts';
import type { Route } from './shop-past.ts';

const STEP_S = 30;
const WINDOW_S = 300;
// How far a quantile of a histogram may be from that of the durations in it (a bucket is a fifth of it wide here), and an
// average over the period from what was counted in it (rates of five minutes reach over the ends of stretches).
const TOLERANCE = 0.05;

const config = defaultConfig;
const { slo } = config.thresholds;
const regression = regressionDashboard(config);
const dashboards = [regression, sloDashboard(config)];

let prometheus: PastPrometheus;

beforeAll(async () => {
  prometheus = await PastPrometheus.of(shopPast(), SLICES, STEP_S, ruleGroups(config));
});
afterAll(() => prometheus?.stop());

function values(dashboard: Dashboard, baseline: Baseline): Values {
  const initial = initialValues(dashboard, { scrapeIntervalS: STEP_S, stepS: STEP_S, rangeS: RANGE_S });
  return { ...initial, variables: { ...initial.variables, baseline } };
}

function panel(id: number, of: Dashboard = regression): QueryPanel {
  const found = of.rows.flatMap(({ panels }) => panels).find((one) => one.id === id);
  if (found === undefined || found.type === 'text') throw new Error(`no panel ${id} with queries`);
  return found;
}

/** What a query of a panel says now, by the labels that are asked for. */
async function now(
  id: number,
  query: number,
  {
    baseline = '1d',
    by = ['job', 'http_route'],
    of = regression,
  }: { baseline?: Baseline; by?: readonly string[]; of?: Dashboard } = {},
): Promise<Readonly<Record<string, number>>> {
  const expr = panel(id, of).queries[query]?.expr ?? '';
  const found = await prometheus.client.query(interpolate(expr, values(of, baseline)), NOW_S);
  return Object.fromEntries(
    found.map(({ labels, samples }) => [by.map((label) => labels[label]).join(' '), samples[0]?.[1] ?? NaN]),
  );
}

describe.each(BASELINES)('against a baseline of %s', (baseline) => {
  it('no panel, and no mark, of regression and SLO is empty', async () => {
    const valuesOf = (dashboard: Dashboard): Values => values(dashboard, baseline);
    const outcomes = await run(prometheus.client, panelQueries(dashboards), valuesOf, NOW_S);
    const marks = await runAnnotations(prometheus.client, annotationQueries(dashboards), valuesOf, NOW_S);
    const empty = [
      ...outcomes.map((one) => ({ ...one, place: `${one.asked.panel.title} ${one.asked.refId}` })),
      ...marks.map((one) => ({ ...one, place: one.asked.annotation.name })),
    ].filter(({ finite }) => finite === 0);
    expect(empty.map(({ place, expr, error }) => `${place}: ${error?.message ?? expr}`)).toEqual([]);
  });

  it('a route that got slower is measured, and a steady one reads 1', async () => {
    const times = await now(20, 2, { baseline });
    const injected = baseline === '1d' ? 2 : 2.5;
    expect(Math.abs(times['shop /slower']! / injected - 1)).toBeLessThan(TOLERANCE);
    expect(times['shop /steady']).toBeCloseTo(1, 6);
    expect(times['office /steady']).toBeCloseTo(1, 6);
    const p95 = await now(20, 0, { baseline });
    const then = await now(20, 1, { baseline });
    const { nowS, dayS, weekS } = ROUTES.slower;
    expect(p95['shop /slower']! / exponentialQuantile(0.95, nowS)).toBeCloseTo(1, 1);
    expect(then['shop /slower']! / exponentialQuantile(0.95, baseline === '1d' ? dayS : weekS)).toBeCloseTo(1, 1);
    expect((await now(20, 3, { baseline }))['shop /slower']).toBeCloseTo(
      p95['shop /slower']! - then['shop /slower']!,
      9,
    );
  });

  it('a route with little traffic is silent, in every column and in the graph', async () => {
    const { queries } = panel(20);
    for (const index of queries.keys()) {
      const rows = Object.keys(await now(20, index, { baseline }));
      expect(rows.toSorted()).toEqual(['office /steady', 'shop /failing', 'shop /hot', 'shop /slower', 'shop /steady']);
    }
    expect(Object.keys(await now(14, 0, { baseline }))).not.toContain('shop /rare');
  });

  it('one route is counted as regressed', async () => {
    expect(await now(4, 0, { baseline, by: [] })).toEqual({ '': 1 });
  });

  it('only what is slower by both the ratio and the difference is marked as regressed', async () => {
    const marked = await now(20, 7, { baseline });
    expect(Object.entries(marked).filter(([, flag]) => flag === 1)).toEqual([['shop /slower', 1]]);
    expect(new Set(Object.values(marked))).toEqual(new Set([0, 1]));
  });

  it('time lost is what the requests take longer on average, and puts what is asked for often first', async () => {
    const lost = await now(20, 6, { baseline });
    for (const { job, route, perSecond, nowS, dayS, weekS } of [
      ROUTES.slower,
      ROUTES.hot,
      ROUTES.steady,
      ROUTES.office,
    ]) {
      expect(lost[`${job} ${route}`]).toBeCloseTo((nowS - (baseline === '1d' ? dayS : weekS)) * perSecond, 6);
    }
    expect(lost['shop /hot']).toBeGreaterThan(lost['shop /slower']!);
    const all = await now(5, 0, { baseline, by: [] });
    expect(all['']).toBeCloseTo(lost['shop /hot']! + lost['shop /slower']!, 6);
  });
});

describe('what is said of requests', () => {
  it('is how many there are, in a second and in five minutes', async () => {
    expect((await now(20, 4))['shop /hot']).toBeCloseTo(ROUTES.hot.perSecond, 6);
    expect((await now(20, 5))['shop /hot']).toBeCloseTo(ROUTES.hot.perSecond * WINDOW_S, 3);
  });
});

describe('since when', () => {
  it('the ratio leaves 1 within five minutes after the release', async () => {
    const expr = interpolate(panel(14).queries[0]?.expr ?? '', values(regression, '1d'));
    const found = await prometheus.client.queryRange(expr, DEPLOYED_S - 600, NOW_S, STEP_S);
    const slower = found.find(({ labels }) => labels['http_route'] === '/slower')?.samples ?? [];
    const at = (timeS: number): number => slower.find(([time]) => time === timeS)?.[1] ?? NaN;
    expect(at(DEPLOYED_S)).toBeCloseTo(1, 6);
    expect(at(DEPLOYED_S + WINDOW_S + STEP_S)).toBeGreaterThan(config.thresholds.regression.ratio);
    // What was recorded of the release before ends without saying so here, and counts for five minutes more.
    expect(at(DEPLOYED_S + 2 * WINDOW_S + STEP_S) / 2).toBeCloseTo(1, 1);
  });

  it('what else moved is compared with itself at the time of the baseline', async () => {
    const [then] = Object.values(await now(44, 1, { by: ['job'] }));
    const [today] = Object.values(await now(44, 0, { by: ['job'] }));
    expect(then).toBeCloseTo(today!, 6);
  });
});

describe('the releases', () => {
  const by = ['job', 'service_version'];

  it('are the newest one of each application, and the one before', async () => {
    expect(Object.keys(await now(1, 0, { by })).toSorted()).toEqual(['office 7', 'shop 1.1.0']);
    expect(Object.keys(await now(2, 0, { by }))).toEqual(['shop 1.0.0']);
    expect(await now(3, 0, { by: ['job'] })).toMatchObject({ shop: DEPLOYED_S * 1000 });
  });

  it('are compared by route, although the one before has ended', async () => {
    const times = await now(30, 2);
    expect(Object.keys(times).toSorted()).toEqual(['shop /failing', 'shop /hot', 'shop /slower', 'shop /steady']);
    expect(times['shop /steady']).toBeCloseTo(1, 6);
    expect(Math.abs(times['shop /slower']! / 2 - 1)).toBeLessThan(TOLERANCE);
    expect(await now(30, 5)).toEqual({ 'shop /failing': 0, 'shop /hot': 0, 'shop /slower': 1, 'shop /steady': 0 });
  });
});

describe('the error budget', () => {
  const of = dashboards[1]!;

  const shop = Object.values(ROUTES).filter(({ job }) => job === 'shop');
  const total = (each: (route: Route) => number): number => shop.reduce((sum, route) => sum + each(route), 0);
  const isBad = ({ status }: Route, meanS: number): number =>
    status === undefined ? shareAbove(slo.latencyS, meanS) : 1;
  const all = total(({ perSecond }) => perSecond);
  const bad = total((route) => route.perSecond * isBad(route, route.nowS));

  it('burns by the share of requests that failed or were too slow', async () => {
    const short = await now(10, 1, { by: ['job'], of });
    expect(short['shop']).toBeCloseTo(bad / all / (1 - slo.objective), 3);
    const failed = await now(20, 0, { by: ['job'], of });
    const slow = await now(20, 1, { by: ['job'], of });
    expect(failed['shop']).toBeCloseTo(ROUTES.failing.perSecond / all, 6);
    expect(failed['shop']! + slow['shop']!).toBeCloseTo(bad / all, 6);
  });

  it('weighs every request of the period alike', async () => {
    const [weekFor, dayFor, todayFor] = SLICES.map(({ fromS, toS }) => toS - fromS);
    const newFor = NOW_S - DEPLOYED_S;
    const oldFor = dayFor! + todayFor! - newFor;
    const allOfPeriod = total(
      ({ perSecond, weekPerSecond = perSecond }) => weekPerSecond * weekFor! + perSecond * (oldFor + newFor),
    );
    const badOfPeriod = total((route) => {
      const { perSecond, weekPerSecond = perSecond, weekS, dayS, nowS } = route;
      const before = weekPerSecond * weekFor! * isBad(route, weekS) + perSecond * oldFor * isBad(route, dayS);
      return before + perSecond * newFor * isBad(route, nowS);
    });
    const left = (await now(1, 0, { by: ['job'], of }))['shop']!;
    const share = (1 - left) * (1 - slo.objective);
    expect(Math.abs(share / (badOfPeriod / allOfPeriod) - 1)).toBeLessThan(TOLERANCE);
    // Other than an average of shares would: a week ago there were fewer requests, and as many of them failed.
    const average = await prometheus.client.query(
      'avg_over_time((job:slo_requests_bad:rate5m{job="shop"} / job:slo_requests:rate5m{job="shop"})[30d:1m])',
      NOW_S,
    );
    expect(average[0]!.samples[0]![1] / (badOfPeriod / allOfPeriod)).toBeGreaterThan(1 + 2 * TOLERANCE);
  });

  it('lasts as long as its last six hours let it', async () => {
    const lasts = await now(3, 0, { by: ['job'], of });
    const left = (await now(1, 0, { by: ['job'], of }))['office']!;
    const burnt = 1 - left;
    // The office's requests are the same all week: it has spent, and spends, the same share.
    expect(lasts['office']! / ((left * slo.periodDays * 86_400) / burnt)).toBeCloseTo(1, 2);
    // What is overdrawn does not last.
    expect(lasts).not.toHaveProperty('shop');
  });
});
