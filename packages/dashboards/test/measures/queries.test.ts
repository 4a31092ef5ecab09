import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { failedQueryRatio, meanQueryTime, queryTimeShare } from '../../src/measures/queries.ts';
import { panelScope } from '../../src/scope.ts';
import { counter } from '../rules/course.ts';
import { evaluate } from './measure.ts';

const scope = panelScope(defaultConfig);
const DURATION = 'db_client_operation_duration_seconds';
const OWN = 'instance="web-1",job="shop",worker="0"';

/** Queries of a summary: how many a minute, how many seconds they took together, and by what they failed. */
function queries(
  summary: string,
  perMinute: number,
  seconds: number,
  error = '',
): readonly (readonly [string, string])[] {
  const failed = error === '' ? '' : `,error_type="${error}"`;
  const labels = `{db_query_summary="${summary}",db_system_name="postgresql",${OWN}${failed}}`;
  return [
    [`${DURATION}_count${labels}`, counter([perMinute, 15])],
    [`${DURATION}_sum${labels}`, counter([seconds, 15])],
  ];
}
const of = (summary: string): string => `{db_query_summary="${summary}",db_system_name="postgresql",job="shop"}`;
const APPLICATION = '{db_system_name="postgresql",job="shop"}';

it('shares out the time of an application among its queries', async () => {
  const samples = Object.fromEntries([
    ...queries('SELECT products', 300, 9),
    ...queries('SELECT', 2, 18),
    ...queries('SELECT', 1, 3, '40P01'),
  ]);
  expect(
    await evaluate(samples, [
      [queryTimeShare(scope), { [of('SELECT products')]: 0.3, [of('SELECT')]: 0.7 }],
      [meanQueryTime(scope), { [of('SELECT products')]: 0.03, [of('SELECT')]: 7 }],
    ]),
  ).toBe('');
});

it('is 0 where no query failed, and nothing where there was none', async () => {
  const well = queries('SELECT', 30, 1);
  const failed = queries('SELECT', 10, 1, '40P01');
  expect(
    await evaluate(Object.fromEntries([...well, ...failed]), [[failedQueryRatio(scope), { [APPLICATION]: 0.25 }]]),
  ).toBe('');
  expect(await evaluate(Object.fromEntries(well), [[failedQueryRatio(scope), { [APPLICATION]: 0 }]])).toBe('');
  // 0 / 0, which Grafana shows as a gap.
  const idle = Object.fromEntries(queries('SELECT', 0, 0));
  expect(await evaluate(idle, [[`(${failedQueryRatio(scope)}) >= 0`, {}]])).toBe('');
});
