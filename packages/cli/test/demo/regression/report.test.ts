import { expect, it } from 'vitest';
import type { FiredAlert } from '../../../src/demo/regression/fired-alerts.ts';
import {
  besidesLines,
  calmLine,
  falseAlarms,
  reportLines,
  soundAlarms,
  time,
} from '../../../src/demo/regression/report.ts';
import { STEPS, shopFaults } from '../../../src/demo/regression/steps.ts';

const [slow, , , leak] = STEPS;

it('names each expected alert, what went wrong and the time to fire', () => {
  const lines = reportLines(
    [
      { step: slow!, expected: slow!.expected[0]!, afterS: 62.04 },
      { step: leak!, expected: leak!.expected[0]! },
    ],
    10,
  );
  expect(lines).toEqual([
    '  ReleaseRegression  GET /reports/sales takes twice as long  1 min 2 s (without haste 10 min 20 s)',
    '  MemoryJump         memory leaks                            did not fire',
  ]);
});

it('says a time as it is where there is no haste', () => {
  expect(time(12.34, 1)).toBe('12.3 s');
  expect(time(119.7, 1)).toBe('2 min 0 s');
});

it('does not blame the applications for a busy machine, and Outrider only for what it does', () => {
  const fired = (job: string, signal: string, alert = 'X', kind = 'threshold'): FiredAlert => ({
    alert,
    labels: { job, signal, kind },
    summary: '',
    at: 0,
  });
  const busy = fired('outrider', 'cpu');
  const alarms = [fired('shop-koa', 'cpu'), fired('outrider', 'target')];
  const full = fired('shop-koa', 'memory', 'ContainerMemoryHigh');
  const throttled = fired('shop-koa', 'cpu', 'ContainerThrottled');
  expect(falseAlarms([busy, full, throttled, ...alarms])).toEqual(alarms);
  const late = [fired('shop-express', 'latency'), fired('shop-koa', 'latency'), fired('shop-koa', 'budget')];
  const regressed = fired('shop-koa', 'latency', 'LatencyRegression', 'regression');
  expect(soundAlarms([busy, full, ...late, ...alarms, regressed])).toEqual([...alarms, regressed]);
  expect(calmLine([])).toBe('Calm is over: no alert fired.');
  expect(calmLine([busy, full])).toBe('Calm is over: no alert fired, but of the machine itself.');
  expect(calmLine([busy, ...alarms])).toBe('Calm is over, and yet an alert fired.');
});

it('says what fired besides, by where', () => {
  const fired = (alert: string, job: string): FiredAlert => ({ alert, labels: { job }, summary: '', at: 0 });
  const all = [
    fired('MemoryJump', 'shop-express'),
    fired('SlowRequests', 'shop-express'),
    fired('SlowRequests', 'shop-express'),
    fired('CpuHigh', 'outrider'),
  ];
  expect(besidesLines([{ step: leak!, expected: leak!.expected[0]!, afterS: 1 }], all)).toEqual([
    'Besides, of shop-express: SlowRequests',
    'Besides, of outrider: CpuHigh',
  ]);
});

it('tells the shop what goes wrong when', () => {
  expect(shopFaults(STEPS, 10)).toBe('slow-reports@0,lose-cache@12,hold-pool@82-97,leak@103.5');
});
