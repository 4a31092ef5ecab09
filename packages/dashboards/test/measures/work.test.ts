import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { failedBreakerCalls, oldestTask, sharedRequests } from '../../src/measures/work.ts';
import { panelScope } from '../../src/scope.ts';
import { counter, gauge } from '../rules/course.ts';
import { evaluate } from './measure.ts';

const panels = panelScope(defaultConfig);
const OWN = 'instance="web-1",job="shop"';

const breaker = (result: string, perMinute: number): readonly [string, string] => [
  `breaker_calls_total{breaker_name="courier",breaker_result="${result}",${OWN}}`,
  counter([perMinute, 15]),
];

it('counts a call through a breaker once, whether a fallback took its place or not', async () => {
  const calls = Object.fromEntries([
    breaker('success', 40),
    breaker('failure', 5),
    breaker('timeout', 2),
    breaker('rejected', 3),
    breaker('fallback', 10),
  ]);
  expect(
    await evaluate(calls, [[failedBreakerCalls(panels, 'breaker_name'), { '{breaker_name="courier"}': 0.2 }]]),
  ).toBe('');
  // Libraries that do not tell of the others.
  expect(
    await evaluate(Object.fromEntries([breaker('success', 40)]), [
      [failedBreakerCalls(panels, 'breaker_name'), { '{breaker_name="courier"}': 0 }],
    ]),
  ).toBe('');
});

it('takes the oldest task of all workers', async () => {
  const samples = {
    [`queue_oldest_age_seconds{queue_name="mails",worker="0",${OWN}}`]: gauge([3, 15]),
    [`queue_oldest_age_seconds{queue_name="mails",worker="1",${OWN}}`]: gauge([8, 15]),
  };
  expect(
    await evaluate(samples, [[oldestTask(panels, 'job, queue_name'), { '{job="shop",queue_name="mails"}': 8 }]]),
  ).toBe('');
});

it('says which share of requests was spared', async () => {
  const samples = {
    [`dedup_requests_total{dedup_name="products",dedup_result="unique",${OWN}}`]: counter([30, 15]),
    [`dedup_requests_total{dedup_name="products",dedup_result="shared",${OWN}}`]: counter([10, 15]),
  };
  expect(await evaluate(samples, [[sharedRequests(panels, 'dedup_name'), { '{dedup_name="products"}': 0.25 }]])).toBe(
    '',
  );
});
