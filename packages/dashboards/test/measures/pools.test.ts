import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { poolTime, poolUse, refused, waiting, waitingPeak } from '../../src/measures/pools.ts';
import { panelScope } from '../../src/scope.ts';
import { counter, gauge } from '../rules/course.ts';
import { evaluate } from './measure.ts';

const scope = panelScope(defaultConfig);
const worker = (id: number): string =>
  `db_client_connection_pool_name="orders",instance="web-1",job="shop",worker="${id}"`;
const used = (id: number): string => `db_client_connection_count{db_client_connection_state="used",${worker(id)}}`;
const ORDERS = '{db_client_connection_pool_name="orders",instance="web-1",job="shop"}';

it('holds the connections of each worker against its limit, and tells the fullest', async () => {
  const samples = {
    [used(0)]: gauge([10, 15]),
    [used(1)]: gauge([2, 15]),
    [`db_client_connection_limit{${worker(0)}}`]: gauge([10, 15]),
    [`db_client_connection_limit{${worker(1)}}`]: gauge([10, 15]),
  };
  expect(await evaluate(samples, [[poolUse(scope), { [ORDERS]: 1 }]])).toBe('');
});

it('says nothing of the use of a pool without a limit', async () => {
  expect(await evaluate({ [used(0)]: gauge([10, 15]) }, [[poolUse(scope), {}]])).toBe('');
});

it('adds up who waits, and keeps a peak that is over', async () => {
  const samples = {
    [`db_client_connection_pending_requests{${worker(0)}}`]: gauge([1, 15]),
    [`db_client_connection_pending_requests{${worker(1)}}`]: gauge([2, 15]),
    [`db_client_connection_pending_requests_max{${worker(0)}}`]: gauge([1, 7], [9, 1], [1, 7]),
    [`db_client_connection_pending_requests_max{${worker(1)}}`]: gauge([4, 15]),
  };
  expect(
    await evaluate(samples, [
      [waiting(scope), { [ORDERS]: 3 }],
      [waiting(scope, ''), { '{}': 3 }],
      [waitingPeak(scope), { [ORDERS]: 9 }],
    ]),
  ).toBe('');
});

it('counts who got no connection, a second and in all', async () => {
  const samples = { [`db_client_connection_timeouts_total{${worker(0)}}`]: counter([6, 15]) };
  expect(
    await evaluate(samples, [
      [refused(scope, 'timeouts', 'rate'), { [ORDERS]: 0.1 }],
      [refused({ ...scope, window: '$__range' }, 'timeouts', 'increase', ''), { '{}': 60 }],
      [refused(scope, 'errors', 'rate'), {}],
    ]),
  ).toBe('');
});

it('takes the quantile of all workers as if they were one', async () => {
  const bucket = (id: number, le: string, perMinute: number): readonly [string, string] => [
    `db_client_connection_wait_time_seconds_bucket{${worker(id)},le="${le}"}`,
    counter([perMinute, 15]),
  ];
  // 90 of a hundred waited up to 0.1 s, the others up to 1 s: the 95th percentile is in the middle of those.
  const samples = Object.fromEntries([
    bucket(0, '0.1', 90),
    bucket(0, '1', 90),
    bucket(0, '+Inf', 90),
    bucket(1, '0.1', 0),
    bucket(1, '1', 10),
    bucket(1, '+Inf', 10),
  ]);
  expect(await evaluate(samples, [[poolTime(0.95, 'wait', scope), { [ORDERS]: 0.55 }]])).toBe('');
});
