import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dashboard, Query } from '../../src/dashboard.ts';
import {
  annotationQueries,
  initialValues,
  panelQueries,
  run,
  runAnnotations,
  runVariables,
  variableQueries,
} from '../../src/live/run-queries.ts';
import type { LookedAt, Outcome } from '../../src/live/run-queries.ts';
import { startStage } from '../doctor/stage.ts';
import type { Stage } from '../doctor/stage.ts';

const nowS = Math.floor(Date.now() / 15_000) * 15;
const slice = { fromS: nowS - 600, toS: nowS };
const AT: LookedAt = { scrapeIntervalS: 15, rangeS: 300, stepS: 60 };
const past = ['shop', 'bank'].map((job) => ({
  name: `requests_total{job="${job}",route="/items"}`,
  at: (timeS: number): number => timeS - slice.fromS,
}));

const rate: Query = { expr: 'rate(requests_total{job=~"$job"}[$__rate_interval])', legend: '{{job}}' };
const dashboard: Dashboard = {
  uid: 'some',
  title: 'Some',
  description: 'Some.',
  variables: [
    { type: 'query', name: 'job', title: 'Application', label: 'job', of: 'requests_total', multiple: true },
    { type: 'query', name: 'route', title: 'R', label: 'route', of: 'requests_total{job=~"$job"}', multiple: true },
    { type: 'query', name: 'release', title: 'R', label: 'release', of: 'up', multiple: true, optional: true },
    { type: 'custom', name: 'baseline', title: 'Baseline', values: { '1d': 'a day ago', '7d': 'a week ago' } },
  ],
  annotations: [{ name: 'Some', expr: 'requests_total{job="shop"}', title: '{{job}}', colour: 'blue' }],
  rows: [
    {
      panels: [
        { id: 1, type: 'text', title: 'Text', description: 'Text.', width: 24, markdown: '' },
        {
          id: 2,
          type: 'timeseries',
          title: 'Requests',
          description: 'Requests.',
          width: 24,
          unit: 'reqps',
          queries: [rate, { ...rate, instant: true }, { expr: 'requests_total > 1e9', legend: '' }],
        },
      ],
    },
    {
      id: 100,
      title: 'More',
      collapsed: true,
      panels: [
        {
          id: 3,
          type: 'stat',
          title: 'Odd ones',
          description: 'Odd ones.',
          width: 24,
          unit: 'none',
          queries: [
            { expr: '0 * requests_total / 0', legend: '' },
            { expr: 'sum(', legend: '' },
            { expr: 'sum($nothing)', legend: '' },
          ],
        },
      ],
    },
  ],
};

describe('what a dashboard asks', () => {
  let stage: Stage;
  let outcomes: readonly Outcome[];
  const values = (): ReturnType<typeof initialValues> => initialValues(dashboard, AT);

  beforeAll(async () => {
    stage = await startStage({ past, slice });
    outcomes = await run(stage.client, panelQueries([dashboard]), values, nowS);
  });

  afterAll(() => stage.stop());

  it('is all of its queries, in their order, those of a folded row too', () => {
    expect(outcomes.map(({ asked }) => `${asked.panel.id} ${asked.refId}`)).toEqual([
      '2 A',
      '2 B',
      '2 C',
      '3 A',
      '3 B',
      '3 C',
    ]);
  });

  it('is asked with everything chosen, or the first where there is one to choose', () => {
    expect(values().variables).toEqual({ job: '.+', route: '.+', release: '.*', baseline: '1d' });
    expect(outcomes[0]!.expr).toBe('rate(requests_total{job=~".+"}[75s])');
  });

  it('is asked in steps over the time range, or once at its end', () => {
    const [steps, once] = outcomes;
    expect(steps).toMatchObject({ samples: 12, finite: 12 });
    const first = Math.floor((nowS - 300) / 60) * 60;
    expect(steps!.series[0]!.samples.map(([timeS]) => timeS)).toEqual(
      [0, 1, 2, 3, 4, 5].map((step) => first + step * 60),
    );
    expect(once).toMatchObject({ samples: 2, finite: 2 });
    expect(once!.series.map(({ samples }) => samples)).toEqual([[[nowS, 1]], [[nowS, 1]]]);
    expect(steps!.labels).toEqual(new Set(['job', 'route']));
  });

  it('may find nothing, what is no number, or an error, and the rest goes on', () => {
    const [, , none, odd, wrong, unknown] = outcomes;
    expect(none).toMatchObject({ series: [], samples: 0, finite: 0 });
    expect(none).not.toHaveProperty('error');
    expect(odd).toMatchObject({ samples: 12, finite: 0 });
    expect(wrong).toMatchObject({ finite: 0, error: { type: 'bad_data' } });
    expect(unknown).toMatchObject({ expr: 'sum($nothing)', error: { message: expect.stringContaining('$nothing') } });
  });

  it('has values of variables, and marks on the time axis', async () => {
    const choices = await runVariables(stage.client, variableQueries([dashboard]), values);
    expect(choices.map(({ asked, finite }) => [asked.variable.name, finite])).toEqual([
      ['job', 2],
      ['route', 1],
      ['release', 0],
    ]);
    const [mark] = await runAnnotations(stage.client, annotationQueries([dashboard]), values, nowS);
    expect(mark).toMatchObject({ samples: 6, finite: 6 });
  });
});
