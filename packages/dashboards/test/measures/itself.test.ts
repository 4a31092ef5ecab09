import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { failedCollectors, failedPushes, storeUsed } from '../../src/measures/itself.ts';
import { panelScope } from '../../src/scope.ts';
import { counter, gauge } from '../rules/course.ts';
import { evaluate } from './measure.ts';

const panels = panelScope(defaultConfig);

const pushes = (job: string, worker: number, result: string, aMinute: number): Record<string, string> => ({
  [`outrider_pushes_total{instance="web-1",job="${job}",worker="${worker}",result="${result}"}`]: counter([
    aMinute,
    40,
  ]),
});

it('no failed push is 0, and no push at all a gap', async () => {
  const samples = {
    ...pushes('shop', 0, 'ok', 12),
    ...pushes('shop', 1, 'ok', 6),
    ...pushes('shop', 1, 'failed', 4),
    ...pushes('shop', 1, 'late', 2),
    ...pushes('mails', 0, 'ok', 12),
  };
  expect(await evaluate(samples, [[failedPushes(panels), { '{job="shop"}': 0.25, '{job="mails"}': 0 }]])).toBe('');
  expect(await evaluate({}, [[failedPushes(panels), {}]])).toBe('');
});

it('counts collectors that fail, and says how full the store is', async () => {
  const labels = 'instance="web-1:9464",job="outrider"';
  const samples = {
    [`outrider_collector_success{${labels},collector="cpu"}`]: gauge([1, 40]),
    [`outrider_collector_success{${labels},collector="redis"}`]: gauge([0, 40]),
    [`outrider_store_series{${labels}}`]: gauge([500, 40]),
    [`outrider_store_series_limit{${labels}}`]: gauge([2000, 40]),
  };
  expect(
    await evaluate(samples, [
      [failedCollectors(panels), { [`{${labels}}`]: 1 }],
      [storeUsed(panels), { [`{${labels}}`]: 0.25 }],
    ]),
  ).toBe('');
});
