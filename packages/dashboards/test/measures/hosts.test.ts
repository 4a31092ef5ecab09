import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { cpuBusy, cpuByMode, cpuPeak, cpus } from '../../src/measures/hosts.ts';
import { panelScope, ruleScope } from '../../src/scope.ts';
import { counter } from '../rules/course.ts';
import { evaluate } from './measure.ts';

const panels = panelScope(defaultConfig);
const rules = ruleScope(defaultConfig, '5m');

const host = (name: string, cpuCount: number, share: Readonly<Record<string, number>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(share).map(([mode, of]) => [
      `system_cpu_time_seconds_total{instance="${name}",job="outrider",cpu_mode="${mode}"}`,
      counter([of * 60 * cpuCount, 40]),
    ]),
  );

const samples = {
  ...host('a', 1, { user: 0.5, iowait: 0.25, idle: 0.25 }),
  ...host('b', 3, { user: 0.25, iowait: 0, idle: 0.75 }),
  'system_cpu_utilization_ratio{instance="a",job="outrider"}': '0x7 0.5 0.75 0.5',
};

it('waiting for a disk is not being busy, and a large host weighs more than a small one', async () => {
  const a = '{instance="a",job="outrider"}';
  const b = '{instance="b",job="outrider"}';
  expect(
    await evaluate(samples, [
      [cpuBusy(rules), { [a]: 0.5, [b]: 0.25 }],
      [cpuPeak(panels), { [a]: 0.75 }],
      [cpus(panels), { [a]: 1, [b]: 3 }],
      [cpuByMode(panels), { '{cpu_mode="user"}': 0.3125, '{cpu_mode="iowait"}': 0.0625 }],
    ]),
  ).toBe('');
});
