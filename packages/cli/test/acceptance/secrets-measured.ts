import { expect } from 'vitest';
import { total } from './exposition.ts';
import type { Sample } from './exposition.ts';

const MEASURED: ReadonlyArray<readonly [name: string, labels: Readonly<Record<string, string>>]> = [
  ['http_server_request_duration_seconds_count', { http_route: '/rest/:id' }],
  ['http_server_slow_requests_total', { http_route: '/postgres/:id' }],
  ['outrider_callback_errors_total', { callback: 'labels' }],
  ['db_client_operation_duration_seconds_count', { db_system_name: 'postgresql', error_type: '23505' }],
  ['db_client_operation_duration_seconds_count', { db_system_name: 'postgresql', error_type: '22P02' }],
  ['db_client_operation_duration_seconds_count', { db_system_name: 'mysql', error_type: 'ER_DUP_ENTRY' }],
  ['db_client_operation_duration_seconds_count', { db_system_name: 'redis', db_operation_name: 'SET' }],
  [
    'db_client_operation_duration_seconds_count',
    { db_system_name: 'redis', db_operation_name: 'INCR', error_type: 'ERR' },
  ],
  ['db_client_slow_queries_total', { db_system_name: 'postgresql' }],
  ['db_client_slow_queries_total', { db_system_name: 'mysql' }],
  ['db_client_connection_wait_time_seconds_count', { db_client_connection_pool_name: 'postgres' }],
  ['db_client_connection_wait_time_seconds_count', { db_client_connection_pool_name: 'mariadb' }],
  ['db_client_connection_wait_time_seconds_count', { db_client_connection_pool_name: 'redis' }],
  ['db_client_connection_errors_total', { db_client_connection_pool_name: 'strangers' }],
  ['db_client_connection_errors_total', { db_client_connection_pool_name: 'mysql-strangers' }],
  ['http_client_request_duration_seconds_count', { http_response_status_code: '200' }],
  ['http_client_request_duration_seconds_count', { error_type: 'ECONNREFUSED' }],
  ['http_client_request_duration_seconds_count', { error_type: 'timeout' }],
  ['cache_operations_total', { cache_name: 'lru', cache_result: 'hit' }],
  ['cache_operations_total', { cache_name: 'broken', cache_result: 'error' }],
  ['cache_operations_total', { cache_name: 'redis', cache_result: 'hit' }],
  ['breaker_calls_total', { breaker_name: 'breaker', breaker_result: 'failure' }],
  ['dedup_requests_total', { dedup_name: 'work', dedup_result: 'unique' }],
  ['session_duration_seconds_count', { session_kind: 'visitor' }],
  ['operation_duration_seconds_count', { operation_name: 'mails' }],
  ['operation_duration_seconds_count', { operation_name: 'work' }],
  ['work_done_total', {}],
  ['outrider_probe_errors_total', { probe: 'pool:thrower' }],
  ['outrider_probe_errors_total', { probe: 'cache:thrower' }],
  ['outrider_probe_errors_total', { probe: 'queue:thrower' }],
  ['outrider_probe_errors_total', { probe: 'breaker:thrower' }],
  ['outrider_instrument_errors_total', { instrument: 'work.done' }],
];

/** Expects everything that the application does to have been measured, errors too: what is not measured leaks nothing. */
export function expectMeasured(samples: readonly Sample[]): void {
  expect(MEASURED.filter(([name, labels]) => !(total(samples, name, labels) > 0))).toEqual([]);
}
