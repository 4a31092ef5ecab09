import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { databaseDashboard } from '../../src/dashboards/database.ts';
import type { QueryPanel } from '../../src/dashboard.ts';
import { evaluate } from '../measures/measure.ts';
import { counter, gauge } from '../rules/course.ts';

function panel(title: string): QueryPanel {
  const panels = databaseDashboard(defaultConfig).rows.flatMap((row) => row.panels);
  const found = panels.find((each) => each.title === title);
  if (found === undefined || found.type === 'text') throw new Error(`no panel of queries is called ${title}`);
  return found;
}

const everyPool = { pool: '.+' };

it('shows the fullest of the pools that are chosen', async () => {
  const pool = (name: string, used: number): ReadonlyArray<readonly [string, string]> => {
    const labels = `db_client_connection_pool_name="${name}",instance="web-1",job="shop"`;
    return [
      [`db_client_connection_count{db_client_connection_state="used",${labels}}`, gauge([used, 15])],
      [`db_client_connection_limit{${labels}}`, gauge([10, 15])],
    ];
  };
  const samples = Object.fromEntries([...pool('orders', 9), ...pool('reports', 2)]);
  const exprs = panel('Fullest pool').queries.map(({ expr }) => expr);
  const expected = (share: number) => exprs.map((expr) => [expr, { '{}': share }] as const);
  expect(await evaluate(samples, expected(0.9), everyPool)).toBe('');
  expect(await evaluate(samples, expected(0.2), { pool: 'reports' })).toBe('');
});

it('lists a query in all columns that a query without faults has', async () => {
  const labels = 'db_query_summary="SELECT",db_system_name="postgresql",instance="web-1",job="shop"';
  const DURATION = 'db_client_operation_duration_seconds';
  const samples = {
    [`${DURATION}_bucket{${labels},le="0.1"}`]: counter([60, 15]),
    [`${DURATION}_bucket{${labels},le="+Inf"}`]: counter([60, 15]),
    [`${DURATION}_count{${labels}}`]: counter([60, 15]),
    [`${DURATION}_sum{${labels}}`]: counter([3, 15]),
  };
  const table = panel('Queries by the time they take');
  const values = [1, 1, 0.05, 0.095];
  const row = '{db_query_summary="SELECT",db_system_name="postgresql",job="shop"}';
  const asked = table.queries.map(({ expr, emptyIsHealthy }, at) => {
    expect(emptyIsHealthy === undefined, expr).toBe(at < values.length);
    return [expr, at < values.length ? { [row]: values[at] ?? 0 } : {}] as const;
  });
  expect(await evaluate(samples, asked)).toBe('');
});
