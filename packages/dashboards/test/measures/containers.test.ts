import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { systemDashboard } from '../../src/dashboards/system.ts';
import { sidecarThrottledShare, throttledShare } from '../../src/measures/containers.ts';
import { panelScope, ruleScope } from '../../src/scope.ts';
import { counter, gauge } from '../rules/course.ts';
import { evaluate } from './measure.ts';

const panels = panelScope(defaultConfig);
const rules = ruleScope(defaultConfig, '5m');

const SIDECAR = 'instance="web-1:9464",job="outrider"';
const worker = (number: number): string => `instance="web-1",job="shop",worker="${number}"`;

function container(labels: string, throttledAMinute: number, workingSet: number): Record<string, string> {
  return {
    [`container_cpu_periods_total{${labels},throttled="true"}`]: counter([throttledAMinute, 40]),
    [`container_cpu_periods_total{${labels},throttled="false"}`]: counter([600 - throttledAMinute, 40]),
    [`container_memory_working_set_bytes{${labels}}`]: gauge([workingSet, 40]),
  };
}

// Two workers in one container say the same of it, and the sidecar has a container of its own.
const samples = {
  ...container(worker(0), 150, 1000),
  ...container(worker(1), 150, 1000),
  ...container(SIDECAR, 600, 9000),
};

it('a container is counted once, and that of the sidecar is none of an application', async () => {
  const workingSet = systemDashboard(defaultConfig)
    .rows.flatMap((row) => row.panels)
    .flatMap((panel) => ('queries' in panel ? panel.queries : []))
    .find(({ expr }) => expr.includes('container_memory_working_set_bytes'));
  const shop = '{instance="web-1",job="shop"}';
  expect(
    await evaluate(samples, [
      [throttledShare(rules), { [shop]: 0.25 }],
      [throttledShare(panels), { [shop]: 0.25 }],
      [sidecarThrottledShare(panels), { [`{${SIDECAR}}`]: 1 }],
      [workingSet?.expr ?? '', { [shop]: 1000 }],
    ]),
  ).toBe('');
});
