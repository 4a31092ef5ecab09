import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import {
  bufferHitRatio,
  clientShare,
  memcachedCpuShare,
  memcachedHitRatio,
  pgbouncerMean,
  redisMemoryShare,
  replicasByRole,
  serversDown,
  sessionShare,
} from '../../src/measures/servers.ts';
import { panelScope } from '../../src/scope.ts';
import { counter, gauge } from '../rules/course.ts';
import { evaluate } from './measure.ts';

const scope = panelScope(defaultConfig);
const at = (port: number, more = ''): string =>
  `instance="web-1:9464",job="outrider",server_address="db",server_port="${port}"${more}`;
const of = (port: number, more = ''): string =>
  `{${more}instance="web-1:9464",server_address="db",server_port="${port}"}`;

it('counts the servers that are down, of several systems', async () => {
  const down = serversDown(scope, ['postgresql', 'pgbouncer']);
  const samples = {
    [`postgresql_up{${at(5432)}}`]: gauge([1, 15]),
    [`postgresql_up{${at(5433)}}`]: gauge([0, 15]),
    [`pgbouncer_up{${at(6432)}}`]: gauge([0, 15]),
  };
  expect(await evaluate(samples, [[down, { '{}': 2 }]])).toBe('');
  // Of one system only, and of none.
  expect(await evaluate({ [`pgbouncer_up{${at(6432)}}`]: gauge([1, 15]) }, [[down, { '{}': 0 }]])).toBe('');
  expect(await evaluate({}, [[down, {}]])).toBe('');
});

it('holds the sessions of all databases against the limit of their server', async () => {
  const samples = {
    [`postgresql_backends{${at(5432, ',db_namespace="shop"')}}`]: gauge([20, 15]),
    [`postgresql_backends{${at(5432, ',db_namespace="postgres"')}}`]: gauge([5, 15]),
    [`postgresql_connection_max{${at(5432)}}`]: gauge([100, 15]),
    [`postgresql_backends{${at(5433, ',db_namespace="shop"')}}`]: gauge([5, 15]),
    [`postgresql_connection_max{${at(5433)}}`]: gauge([10, 15]),
  };
  expect(await evaluate(samples, [[sessionShare(scope), { [of(5432)]: 0.25, [of(5433)]: 0.5 }]])).toBe('');
});

it('knows what was found without asking further', async () => {
  const database = ',db_namespace="shop"';
  const gets = (operation: string, type: string): string =>
    `memcached_operations_total{${at(11211)},operation="${operation}",type="${type}"}`;
  const samples = {
    [`postgresql_blks_hit_total{${at(5432, database)}}`]: counter([90, 15]),
    [`postgresql_blks_read_total{${at(5432, database)}}`]: counter([10, 15]),
    [gets('get', 'hit')]: counter([30, 15]),
    [gets('get', 'miss')]: counter([90, 15]),
    // Counting up is no lookup.
    [gets('increment', 'hit')]: counter([1_000, 15]),
  };
  expect(
    await evaluate(samples, [
      [bufferHitRatio(scope), { [of(5432, 'db_namespace="shop",')]: 0.9 }],
      [memcachedHitRatio(scope), { [of(11211)]: 0.25 }],
    ]),
  ).toBe('');
});

it('knows how much of the memory is taken where there is a limit, and of the threads', async () => {
  const samples = {
    [`redis_memory_used_bytes{${at(6379)}}`]: gauge([256, 15]),
    [`redis_maxmemory_bytes{${at(6379)}}`]: gauge([1_024, 15]),
    [`redis_memory_used_bytes{${at(6380)}}`]: gauge([1_024, 15]),
    [`memcached_cpu_usage_seconds_total{${at(11211, ',state="user"')}}`]: counter([60, 15]),
    [`memcached_cpu_usage_seconds_total{${at(11211, ',state="system"')}}`]: counter([60, 15]),
    [`memcached_threads{${at(11211)}}`]: gauge([4, 15]),
  };
  expect(
    await evaluate(samples, [
      [redisMemoryShare(scope), { [`{${at(6379)}}`]: 0.25 }],
      [memcachedCpuShare(scope), { [of(11211)]: 0.5 }],
    ]),
  ).toBe('');
});

it('divides the time of queries by queries, and the time of transactions and their wait by transactions', async () => {
  const database = ',db_namespace="shop"';
  const samples = {
    [`pgbouncer_queries_total{${at(6432, database)}}`]: counter([40, 15]),
    [`pgbouncer_transactions_total{${at(6432, database)}}`]: counter([10, 15]),
    [`pgbouncer_query_time_seconds_total{${at(6432, database)}}`]: counter([4, 15]),
    [`pgbouncer_transaction_time_seconds_total{${at(6432, database)}}`]: counter([20, 15]),
    [`pgbouncer_wait_time_seconds_total{${at(6432, database)}}`]: counter([5, 15]),
  };
  const shop = of(6432, 'db_namespace="shop",');
  expect(
    await evaluate(samples, [
      [pgbouncerMean(scope, 'query'), { [shop]: 0.1 }],
      [pgbouncerMean(scope, 'transaction'), { [shop]: 2 }],
      [pgbouncerMean(scope, 'wait'), { [shop]: 0.5 }],
    ]),
  ).toBe('');
});

it('holds the clients of all pools and states against the limit of their PgBouncer', async () => {
  const clients = (pool: string, state: string): string =>
    `pgbouncer_pool_clients{${at(6432, `,db_namespace="${pool}",state="${state}",user_name="app"`)}}`;
  const samples = {
    [clients('shop', 'active')]: gauge([20, 15]),
    [clients('shop', 'waiting')]: gauge([10, 15]),
    [clients('reports', 'active')]: gauge([20, 15]),
    [`pgbouncer_clients_limit{${at(6432)}}`]: gauge([100, 15]),
  };
  expect(await evaluate(samples, [[clientShare(scope), { [of(6432)]: 0.5 }]])).toBe('');
});

it('tells how many replicas are connected to a Redis, with the role that it has now', async () => {
  const role = (port: number, name: string): string => `redis_role{${at(port, `,role="${name}"`)}}`;
  const samples = {
    // Both were primaries until a moment ago.
    [role(6379, 'primary')]: gauge([1, 15]),
    [role(6380, 'primary')]: '1 1 1 1 1 1 1 1 stale',
    [role(6380, 'replica')]: '_ _ _ _ _ _ _ _ 1 1 1 1',
    [`redis_slaves_connected{${at(6379)}}`]: gauge([2, 15]),
    [`redis_slaves_connected{${at(6380)}}`]: gauge([0, 15]),
  };
  const server = (port: number, name: string): string =>
    `{instance="web-1:9464",role="${name}",server_address="db",server_port="${port}"}`;
  expect(
    await evaluate(samples, [[replicasByRole(scope), { [server(6379, 'primary')]: 2, [server(6380, 'replica')]: 0 }]]),
  ).toBe('');
});
