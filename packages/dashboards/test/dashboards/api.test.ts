import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig } from '../../src/config.ts';
import type { Panel, QueryPanel, TimeSeriesPanel } from '../../src/dashboard.ts';
import { apiDashboard } from '../../src/dashboards/api.ts';
import { allValue } from '../../src/grafana/variables.ts';
import { requests } from '../rules/requests.ts';
import { evaluate } from '../measures/measure.ts';

function panelsOf(config: DashboardConfig): readonly Panel[] {
  return apiDashboard(config).rows.flatMap(({ panels }) => panels);
}

function panel(title: string, config = defaultConfig): QueryPanel {
  const found = panelsOf(config).find((each) => each.title === title);
  if (found === undefined || found.type === 'text') throw new Error(`no panel of queries is called ${title}`);
  return found;
}

const { thresholds } = defaultConfig;
const strict: DashboardConfig = {
  ...defaultConfig,
  thresholds: {
    ...thresholds,
    errors: { ...thresholds.errors, share: 0.01 },
    latency: { ...thresholds.latency, warnS: 0.1, highS: 0.25, slowS: 5, share: 0.1 },
  },
};

it('asks for the share over each threshold, marks it and names it, all from the configuration', () => {
  const asked = panel('Share of slow requests', strict) as TimeSeriesPanel;
  expect(asked.queries.map(({ legend }) => legend)).toEqual(['over 100 ms', 'over 250 ms', 'over 5 s']);
  expect(asked.queries.map(({ expr }) => /le=[^,}]+/.exec(expr)?.[0])).toEqual([
    'le="0.1"',
    'le="0.25"',
    'le=~"5([.]0)?"',
  ]);
  expect(asked.marks).toEqual([{ from: 0.1, colour: 'red' }]);
  const latency = [
    { from: 0.1, colour: 'yellow' },
    { from: 0.25, colour: 'red' },
  ];
  for (const title of ['Percentiles of all requests', '95th percentile by route'])
    expect(panel(title, strict)).toMatchObject({ marks: latency });
  expect(panel('Error share by route', strict)).toMatchObject({ marks: [{ from: 0.01, colour: 'red' }] });
  expect(panel('Slower than 100 ms', strict)).toMatchObject({ marks: [{ from: 0.1 }] });
});

it('lists a route in every column or in none', async () => {
  const samples = requests([
    [
      [
        { perMinute: 60, within: 0.01 },
        { perMinute: 0, within: 0.01, route: '/idle' },
      ],
      15,
    ],
  ]);
  const count = (expr: string): string => `count by (http_route) (${expr})`;
  const { queries } = panel('Slowest routes');
  expect(
    await evaluate(
      samples,
      queries.map(({ expr }) => [count(expr), { '{http_route="/basket"}': 1 }]),
    ),
  ).toBe('');
});

it('counts requests beyond the budget of routes among all, and not for a chosen route', async () => {
  const own = 'instance="web-1",job="shop",service_version="1.0.0"';
  const samples = {
    ...requests([[[{ perMinute: 60, within: 0.01 }], 15]]),
    [`http_server_request_duration_seconds_count{otel_metric_overflow="true",${own}}`]: '0+60x15',
  };
  const [query] = panel('Requests').queries;
  const route = apiDashboard(defaultConfig).variables.find(({ name }) => name === 'route');
  if (query === undefined || route?.type !== 'query') throw new Error('the panel or the variable is gone');
  expect(await evaluate(samples, [[query.expr, { '{}': 2 }]], { route: allValue(route) })).toBe('');
  expect(await evaluate(samples, [[query.expr, { '{}': 1 }]], { route: '/basket' })).toBe('');
});
