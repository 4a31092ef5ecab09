import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import type { Dashboard, Panel } from '../../src/dashboard.ts';
import { dashboardV1 } from '../../src/grafana/v1.ts';
import { dashboardV2 } from '../../src/grafana/v2.ts';

const panel = (id: number, width: number): Panel => ({
  id,
  type: 'stat',
  title: `Panel ${id}`,
  description: 'How many there are.',
  width,
  height: 4,
  unit: 'short',
  queries: [{ expr: 'sum(up{job=~"$job"})', legend: 'up', instant: true }],
});

const dashboard: Dashboard = {
  uid: 'sample',
  title: 'Sample',
  description: 'A dashboard of everything.',
  timeRange: '3h',
  variables: [
    { type: 'query', name: 'job', title: 'Application', label: 'job', of: 'up', multiple: true },
    { type: 'custom', name: 'baseline', title: 'Baseline', values: { '1d': 'a day ago', '7d': 'a week ago' } },
  ],
  annotations: [{ name: 'Releases', expr: 'up * 1000', title: '{{job}}', colour: 'blue', valueIsTime: true }],
  rows: [
    { panels: [panel(1, 24)] },
    { id: 100, title: 'Open', panels: [panel(2, 12), panel(3, 12)] },
    { id: 101, title: 'Folded', collapsed: true, panels: [panel(4, 24)] },
  ],
};

const { metadata, apiVersion, spec } = dashboardV2(dashboardV1(dashboard, defaultConfig));

it('is a resource of its own name', () => {
  expect([apiVersion, metadata.name]).toEqual(['dashboard.grafana.app/v2', 'sample']);
  expect(spec.timeSettings).toMatchObject({ from: 'now-3h', to: 'now' });
});

it('has its panels in rows, placed from the top of each', () => {
  const at = (id: number, x: number, width: number): object => ({
    kind: 'GridLayoutItem',
    spec: { x, y: 0, width, height: 4, element: { kind: 'ElementReference', name: `panel-${id}` } },
  });
  const row = (title: string, more: object, items: readonly object[]): object => ({
    kind: 'RowsLayoutRow',
    spec: { title, ...more, layout: { kind: 'GridLayout', spec: { items } } },
  });
  expect(spec.layout).toEqual({
    kind: 'RowsLayout',
    spec: {
      rows: [
        row('', { collapse: false, hideHeader: true }, [at(1, 0, 24)]),
        row('Open', { collapse: false }, [at(2, 0, 12), at(3, 12, 12)]),
        row('Folded', { collapse: true }, [at(4, 0, 24)]),
      ],
    },
  });
  expect(Object.keys(spec.elements)).toEqual(['panel-1', 'panel-2', 'panel-3', 'panel-4']);
});

it('asks the data source that is chosen', () => {
  expect(spec.elements['panel-1']).toMatchObject({
    spec: {
      id: 1,
      data: {
        spec: {
          queries: [
            {
              kind: 'PanelQuery',
              spec: {
                refId: 'A',
                hidden: false,
                query: {
                  kind: 'DataQuery',
                  group: 'prometheus',
                  datasource: { name: '${datasource}' },
                  spec: { expr: 'sum(up{job=~"$job"})', instant: true },
                },
              },
            },
          ],
        },
      },
    },
  });
});

it('has variables and annotations', () => {
  expect(spec.variables.map(({ kind, spec: { name } }) => [kind, name])).toEqual([
    ['DatasourceVariable', 'datasource'],
    ['QueryVariable', 'job'],
    ['CustomVariable', 'baseline'],
  ]);
  expect(spec.annotations.map((annotation) => annotation.spec)).toMatchObject([
    { builtIn: true, query: { group: 'grafana' } },
    {
      name: 'Releases',
      query: { group: 'prometheus', spec: { expr: 'up * 1000', interval: '15s' } },
      legacyOptions: { titleFormat: '{{job}}', useValueForTime: true },
    },
  ]);
});

it('is one grid where there are no rows', () => {
  const flat = dashboardV1({ ...dashboard, rows: [{ panels: [panel(1, 24)] }] }, defaultConfig);
  expect(dashboardV2(flat).spec.layout.kind).toBe('GridLayout');
});
