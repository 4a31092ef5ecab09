import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import type { Dashboard, Panel, Query, TablePanel, TimeSeriesPanel } from '../../src/dashboard.ts';
import { dashboardV1, panelsV1 } from '../../src/grafana/v1.ts';

const found: Query = { expr: 'up', legend: '{{job}}' };
const absent: Query = { ...found, emptyIsHealthy: 'no request was bad' };

function drawn(panel: Panel): object | undefined {
  const dashboard: Dashboard = {
    uid: 'one',
    title: 'One',
    description: '.',
    variables: [],
    rows: [{ panels: [panel] }],
  };
  return panelsV1(dashboardV1(dashboard, defaultConfig))[0]?.fieldConfig;
}

const base = { id: 1, title: 'Panel', description: '.', width: 24 } as const;
const lines = (queries: readonly Query[]): TimeSeriesPanel => ({ ...base, type: 'timeseries', unit: 's', queries });

it('an empty panel says why that is well, each reason once', () => {
  const another = { ...found, emptyIsHealthy: 'no task waits' };
  expect(drawn(lines([absent, absent, another]))).toMatchObject({
    defaults: { noValue: 'No data: no request was bad; no task waits' },
  });
});

it('a panel that should find something does not make light of it', () => {
  expect(drawn(lines([absent, found]))).not.toHaveProperty('defaults.noValue');
});

it('what an empty table says does not stand in an empty cell of it', () => {
  const table: TablePanel = {
    ...base,
    type: 'table',
    queries: [absent],
    sortBy: 'Value',
    columns: [
      { of: 'job', title: 'Application' },
      { of: 0, title: 'Value' },
    ],
  };
  expect(drawn(table)).toMatchObject({
    defaults: { noValue: 'No data: no request was bad' },
    overrides: [
      { matcher: { options: 'Application' }, properties: [{ id: 'noValue', value: '–' }] },
      { matcher: { options: 'Value' }, properties: [{ id: 'noValue', value: '–' }] },
    ],
  });
});
