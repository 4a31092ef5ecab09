import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig } from '../../src/config.ts';
import { cacheDashboard } from '../../src/dashboards/cache.ts';
import type { QueryPanel } from '../../src/dashboard.ts';
import { evaluate } from '../measures/measure.ts';
import { counter } from '../rules/course.ts';

function panel(title: string, config = defaultConfig): QueryPanel {
  const panels = cacheDashboard(config).rows.flatMap((row) => row.panels);
  const found = panels.find((each) => each.title === title);
  if (found === undefined || found.type === 'text') throw new Error(`no panel of queries is called ${title}`);
  return found;
}

it('marks the hit rate that the configuration wants, and names it', () => {
  const { thresholds } = defaultConfig;
  const strict: DashboardConfig = {
    ...defaultConfig,
    thresholds: { ...thresholds, cache: { ...thresholds.cache, hitRatio: 0.9 } },
  };
  expect(panel('Hit rate', strict)).toMatchObject({ marks: [{ from: 0.9, colour: 'red' }] });
  expect(panel('Hit rate', strict).description).toContain('Below 90 %');
  expect(panel('Hit rate, all caches', strict)).toMatchObject({
    marks: [
      { from: 0, colour: 'red' },
      { from: 0.9, colour: 'green' },
    ],
  });
});

it('counts the CPU time of Redis once: that of its main thread is part of that of the process', async () => {
  const state = (name: string, perMinute: number): readonly [string, string] => [
    `redis_cpu_time_seconds_total{instance="a",job="outrider",server_address="r",server_port="6379",state="${name}"}`,
    counter([perMinute, 15]),
  ];
  const samples = Object.fromEntries([
    state('sys', 6),
    state('user', 24),
    state('sys_main_thread', 3),
    state('user_main_thread', 12),
    state('sys_children', 0),
    state('user_children', 6),
  ]);
  const server = '{instance="a",server_address="r",server_port="6379"}';
  const shares = [0.5, 0.25, 0.1];
  const asked = panel('Redis: CPU').queries.map(({ expr }, at) => [expr, { [server]: shares[at] ?? 0 }] as const);
  expect(asked).toHaveLength(3);
  expect(await evaluate(samples, asked)).toBe('');
});
