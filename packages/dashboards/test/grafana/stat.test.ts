import { expect, it } from 'vitest';
import type { StatPanel } from '../../src/dashboard.ts';
import { stat } from '../../src/grafana/stat.ts';

const panel: StatPanel = {
  id: 1,
  type: 'stat',
  title: 'Errors',
  description: 'Share of requests.',
  unit: 'percentunit',
  width: 4,
  queries: [{ expr: 'vector(0) / vector(0)', legend: 'errors' }],
};
const nan = (text: string): object => ({ type: 'special', options: { match: 'nan', result: { text } } });

it('reads 0 of 0 as no value', () => {
  expect(stat(panel).build().fieldConfig?.defaults.mappings).toEqual([nan('No data')]);
  expect(stat({ ...panel, noValue: 'no lookups' }).build().fieldConfig?.defaults.mappings).toEqual([nan('no lookups')]);
});

it('shows the last point, whatever it is, not the last number', () => {
  const { options } = stat(panel).build() as {
    readonly options?: { readonly reduceOptions?: { readonly calcs?: unknown } };
  };
  expect(options?.reduceOptions?.calcs).toEqual(['last']);
});

it('keeps the names of values beside it', () => {
  const names = { 0: 'down', 1: 'up' };
  expect(stat({ ...panel, names }).build().fieldConfig?.defaults.mappings).toEqual([
    { type: 'value', options: { 0: { text: 'down' }, 1: { text: 'up' } } },
    nan('No data'),
  ]);
});
