import { describe, expect, test } from 'vitest';
import { catalogue, prometheusLabel, prometheusName, prometheusUnit } from '../src/catalogue.ts';
import type { MetricKind } from '../src/catalogue.ts';

// The contract: dashboards and alert rules of others hang on these names.
const CONTRACT: Readonly<Record<string, string>> = {
  'http.server.request.duration': 'http_server_request_duration_seconds',
  'http.server.active_requests': 'http_server_active_requests',
  'http.server.request.body.size': 'http_server_request_body_size_bytes',
  'http.server.response.body.size': 'http_server_response_body_size_bytes',
  'http.server.time_to_first_byte': 'http_server_time_to_first_byte_seconds',
  'http.server.stream.duration': 'http_server_stream_duration_seconds',
  'http.server.request.outcomes': 'http_server_request_outcomes_total',
  'http.server.slow_requests': 'http_server_slow_requests_total',
  'http.client.request.duration': 'http_client_request_duration_seconds',
  'outrider.route.duration': 'outrider_route_duration_seconds',
  'system.cpu.time': 'system_cpu_time_seconds_total',
  'system.cpu.utilization': 'system_cpu_utilization_ratio',
  'system.cpu.load_average.1m': 'system_cpu_load_average_1m',
  'system.cpu.load_average.5m': 'system_cpu_load_average_5m',
  'system.cpu.load_average.15m': 'system_cpu_load_average_15m',
  'system.file_descriptor.count': 'system_file_descriptor_count',
  'system.file_descriptor.limit': 'system_file_descriptor_limit',
  'system.memory.usage': 'system_memory_usage_bytes',
  'system.memory.linux.available': 'system_memory_linux_available_bytes',
  'system.memory.limit': 'system_memory_limit_bytes',
  'system.memory.utilization': 'system_memory_utilization_ratio',
  'system.disk.io': 'system_disk_io_bytes_total',
  'system.disk.operations': 'system_disk_operations_total',
  'system.disk.io_time': 'system_disk_io_time_seconds_total',
  'system.filesystem.usage': 'system_filesystem_usage_bytes',
  'system.filesystem.utilization': 'system_filesystem_utilization_ratio',
  'system.network.io': 'system_network_io_bytes_total',
  'system.network.errors': 'system_network_errors_total',
  'system.network.packet.dropped': 'system_network_packet_dropped_total',
  'system.linux.pressure.stall_time': 'system_linux_pressure_stall_time_seconds_total',
  'container.cpu.time': 'container_cpu_time_seconds_total',
  'container.cpu.limit': 'container_cpu_limit',
  'container.cpu.throttled_time': 'container_cpu_throttled_time_seconds_total',
  'container.cpu.periods': 'container_cpu_periods_total',
  'container.memory.usage': 'container_memory_usage_bytes',
  'container.memory.working_set': 'container_memory_working_set_bytes',
  'container.memory.limit': 'container_memory_limit_bytes',
  'container.memory.oom_kills': 'container_memory_oom_kills_total',
  'process.cpu.time': 'process_cpu_time_seconds_total',
  'process.memory.usage': 'process_memory_usage_bytes',
  'process.unix.file_descriptor.count': 'process_unix_file_descriptor_count',
  'process.uptime': 'process_uptime_seconds',
  'nodejs.eventloop.delay.p50': 'nodejs_eventloop_delay_p50_seconds',
  'nodejs.eventloop.delay.p90': 'nodejs_eventloop_delay_p90_seconds',
  'nodejs.eventloop.delay.p99': 'nodejs_eventloop_delay_p99_seconds',
  'nodejs.eventloop.delay.max': 'nodejs_eventloop_delay_max_seconds',
  'nodejs.eventloop.utilization': 'nodejs_eventloop_utilization_ratio',
  'nodejs.eventloop.time': 'nodejs_eventloop_time_seconds_total',
  'v8js.memory.heap.used': 'v8js_memory_heap_used_bytes',
  'v8js.memory.heap.space.size': 'v8js_memory_heap_space_size_bytes',
  'v8js.memory.heap.used_after_gc': 'v8js_memory_heap_used_after_gc_bytes',
  'v8js.gc.duration': 'v8js_gc_duration_seconds',
  'nodejs.heap.size_limit': 'nodejs_heap_size_limit_bytes',
  'db.client.connection.count': 'db_client_connection_count',
  'db.client.connection.limit': 'db_client_connection_limit',
  'db.client.connection.idle.min': 'db_client_connection_idle_min',
  'db.client.connection.pending_requests': 'db_client_connection_pending_requests',
  'db.client.connection.timeouts': 'db_client_connection_timeouts_total',
  'db.client.connection.wait_time': 'db_client_connection_wait_time_seconds',
  'db.client.connection.pending_requests.max': 'db_client_connection_pending_requests_max',
  'db.client.connection.errors': 'db_client_connection_errors_total',
  'db.client.connection.use_time': 'db_client_connection_use_time_seconds',
  'db.client.connection.create_time': 'db_client_connection_create_time_seconds',
  'db.client.slow_queries': 'db_client_slow_queries_total',
  'http.client.active_requests': 'http_client_active_requests',
  'http.client.open_connections': 'http_client_open_connections',
  'http.client.connection.limit': 'http_client_connection_limit',
  'http.client.pending_requests': 'http_client_pending_requests',
  'http.client.pending_requests.max': 'http_client_pending_requests_max',
  'thread.pool.threads': 'thread_pool_threads',
  'thread.pool.limit': 'thread_pool_limit',
  'thread.pool.idle.min': 'thread_pool_idle_min',
  'thread.pool.pending_requests': 'thread_pool_pending_requests',
  'thread.pool.pending_requests.max': 'thread_pool_pending_requests_max',
  'thread.pool.wait_time': 'thread_pool_wait_time_seconds',
  'thread.pool.use_time': 'thread_pool_use_time_seconds',
  'queue.concurrency': 'queue_concurrency',
  'operation.memory.growth': 'operation_memory_growth_bytes',
  'db.client.operation.duration': 'db_client_operation_duration_seconds',
  'cache.operations': 'cache_operations_total',
  'cache.entries': 'cache_entries',
  'cache.entries.limit': 'cache_entries_limit',
  'cache.size': 'cache_size_bytes',
  'cache.evictions': 'cache_evictions_total',
  'cache.enabled': 'cache_enabled',
  'queue.depth': 'queue_depth',
  'queue.oldest_age': 'queue_oldest_age_seconds',
  'breaker.state': 'breaker_state',
  'breaker.calls': 'breaker_calls_total',
  'dedup.requests': 'dedup_requests_total',
  'session.duration': 'session_duration_seconds',
  'session.active': 'session_active',
  'operation.duration': 'operation_duration_seconds',
  'service.release.timestamp': 'service_release_timestamp_seconds',
  'app.workers': 'app_workers',
  'app.process.exits': 'app_process_exits_total',
  'app.process.restarts': 'app_process_restarts_total',
};

describe('prometheusUnit', () => {
  test.each<[string, MetricKind, string]>([
    ['s', 'histogram', 'seconds'],
    ['By/s', 'gauge', 'bytes_per_second'],
    ['1', 'gauge', 'ratio'],
    ['1', 'counter', ''],
    ['{request}', 'counter', ''],
    ['', 'gauge', ''],
  ])('%j of a %s is %j', (unit, kind, suffix) => {
    expect(prometheusUnit(unit, kind)).toBe(suffix);
  });

  test('is what the name of every metric ends with, if anything, or what it has in it', () => {
    for (const { name, unit, kind } of catalogue.values()) {
      const bare = prometheusName(name, unit, kind).replace(/_total$/, '');
      for (const word of prometheusUnit(unit, kind).split('_')) expect(bare).toContain(word);
    }
  });
});

describe('the catalogue', () => {
  const rows = [...catalogue.values()];

  test.each(rows.filter(({ name }) => name in CONTRACT))('$name', ({ name, unit, kind }) => {
    expect(prometheusName(name, unit, kind)).toBe(CONTRACT[name]);
  });

  test('every metric that is not our own is in the contract', () => {
    const others = rows.filter(({ name }) => !name.startsWith('outrider.') && !(name in CONTRACT));
    expect(others.map(({ name }) => name)).toEqual([]);
  });

  test('no two metrics share a name, and none the name of a series of another', () => {
    const series = rows.flatMap(({ name, unit, kind }) => {
      const metric = prometheusName(name, unit, kind);
      return kind === 'histogram' ? ['', '_bucket', '_sum', '_count'].map((suffix) => metric + suffix) : [metric];
    });
    expect(series.filter((name, at) => series.indexOf(name) !== at)).toEqual([]);
  });

  test.each(rows)('$name has a valid name and valid labels', ({ name, unit, kind, attributes }) => {
    expect(prometheusName(name, unit, kind)).toMatch(/^[a-z_][a-z0-9_]*$/);
    for (const attribute of attributes) expect(prometheusLabel(attribute)).toMatch(/^[a-z][a-z0-9_]*$/);
  });
});

describe('prometheusName, for what other languages send', () => {
  test.each<[name: string, unit: string, kind: MetricKind, expected: string]>([
    ['http.client.duration', 'ms', 'histogram', 'http_client_duration_milliseconds'],
    ['jvm.memory.used', 'By', 'updowncounter', 'jvm_memory_used_bytes'],
    ['jvm.class.loaded', '{class}', 'counter', 'jvm_class_loaded_total'],
    ['jvm.cpu.recent_utilization', '1', 'gauge', 'jvm_cpu_recent_utilization_ratio'],
    ['go.processor.limit', '{thread}', 'updowncounter', 'go_processor_limit'],
    ['disk.free', 'MiBy', 'gauge', 'disk_free_mebibytes'],
    ['network.speed', 'By/s', 'gauge', 'network_speed_bytes_per_second'],
    ['queue.rate', '{message}/s', 'gauge', 'queue_rate_per_second'],
    ['queue.rate', '{message}/m', 'gauge', 'queue_rate_per_minute'],
    ['cpu.load', '%', 'gauge', 'cpu_load_percent'],
    ['room.temperature', 'Cel', 'gauge', 'room_temperature_celsius'],
    ['clock.drift', 'us', 'gauge', 'clock_drift_microseconds'],
    ['job.age', 'd', 'gauge', 'job_age_days'],
    ['strange', 'furlong', 'gauge', 'strange_furlong'],
    ['ratio', '1', 'counter', 'ratio_total'],
    ['hits', '1', 'histogram', 'hits'],
    ['no.unit', '', 'gauge', 'no_unit'],
    ['already.total', '{x}', 'counter', 'already_total'],
    ['already_seconds', 's', 'gauge', 'already_seconds'],
    ['already_seconds_total', 's', 'counter', 'already_seconds_total'],
    ['5xx.responses', '', 'counter', '_5xx_responses_total'],
    ['with-dash.and space', '', 'gauge', 'with_dash_and_space'],
  ])('%s (%s) %s is %s', (name, unit, kind, expected) => {
    expect(prometheusName(name, unit, kind)).toBe(expected);
  });
});

test.each([
  ['http.route', 'http_route'],
  ['otel.metric.overflow', 'otel_metric_overflow'],
  ['a-b', 'a_b'],
  ['2fa', 'key_2fa'],
  ['_private', 'key_private'],
])('prometheusLabel(%s) is %s', (attribute, label) => {
  expect(prometheusLabel(attribute)).toBe(label);
});
