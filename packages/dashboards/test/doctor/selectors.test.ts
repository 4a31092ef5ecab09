import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { allDashboards } from '../../src/dashboards/all-dashboards.ts';
import { durationOf, secondsOf, selectorsIn, written } from '../../src/doctor/selectors.ts';
import { interpolate } from '../../src/interpolate.ts';
import { initialValues, panelQueries } from '../../src/live/run-queries.ts';

describe('selectorsIn', () => {
  it.each<[string, readonly string[]]>([
    ['sum by (job, le) (rate(x_bucket{job=~"a|b}",le="0.5"}[5m]))', ['x_bucket{job=~"a|b}",le="0.5"}']],
    ['sum(rate(a[5m])) without (b) or on (c) d unless 0 * e', ['a', 'd', 'e']],
    [
      'a:b:rate5m offset 1d / on (job) group_left (version) max by (job) (f{x!="\\"{"})',
      ['a:b:rate5m', 'f{x!="\\"{"}'],
    ],
    ['histogram_quantile(0.95, sum by (le) (a)) > bool 1e3 and max_over_time(b[1d:5m])', ['a', 'b']],
    ['label_replace(a, "x", "b_c", "y", "(.*)") and topk by (job) (1, d) > -Inf', ['a', 'd']],
    ['vector(1) + time() - a{b = "c" , d !~ "e"} [5m]', ['a{b= "c",d!~ "e"}']],
  ])('%s', (expr, expected) => {
    expect(selectorsIn(expr).map(written)).toEqual(expected);
  });

  it('tells range and offset', () => {
    expect(selectorsIn('avg_over_time(a{b="c"}[1h] offset 23h30m) + d offset 1w')).toMatchObject([
      { name: 'a', rangeS: 3600, offsetS: 84_600 },
      { name: 'd', offsetS: 604_800 },
    ]);
    expect(secondsOf('1m30s')).toBe(90);
    expect([84_600, 90, 86_400, 0].map(durationOf)).toEqual(['23h30m', '1m30s', '1d', '0s']);
  });

  it('finds some in each query that the dashboards have, and nothing that is a word of PromQL', () => {
    const at = { scrapeIntervalS: 15, rangeS: 3600, stepS: 15 };
    for (const { dashboard, query, panel } of panelQueries(allDashboards(defaultConfig))) {
      const names = selectorsIn(interpolate(query.expr, initialValues(dashboard, at))).map(({ name }) => name);
      expect(names.length, `${panel.title}: ${query.expr}`).toBeGreaterThan(0);
      for (const name of names) expect(name, query.expr).toMatch(/[:_]|^up$|^ALERTS$/);
    }
  });
});
