import { LATENCY_BOUNDS } from './bounds.ts';
import type { MetricKind } from './metric-kind.ts';

/** Where a name comes from: OpenTelemetry's semantic conventions 1.45, or `outrider` where none exists. */
export type Stability = 'stable' | 'development' | 'outrider';

/** Who emits it: the application's process, the sidecar, or both (told apart by the labels job and worker). */
export type Emitter = 'app' | 'sidecar' | 'both';

/** One metric: what it is called and what it means. */
export interface MetricDefinition {
  /** OpenTelemetry name, dots and all. */
  readonly name: string;
  /** UCUM unit: `s`, `By`, `1`, an annotation such as `{request}`, or empty. */
  readonly unit: string;
  readonly kind: MetricKind;
  readonly attributes: readonly string[];
  readonly description: string;
  readonly stability: Stability;
  readonly emitter: Emitter;
}

const REQUEST = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'url.scheme',
  'error.type',
  'service.version',
];
const POOL = ['db.client.connection.pool.name'];
const HTTP_POOL = ['http.client.pool.name'];
const THREAD_POOL = ['thread.pool.name'];
const QUERY = ['db.system.name', 'db.namespace', 'db.operation.name', 'db.query.summary'];
const CALL = ['http.request.method', 'server.address', 'server.port'];

// name, unit, kind, attributes, stability, emitter, description
// oxfmt-ignore
const rows: ReadonlyArray<readonly [string, string, MetricKind, readonly string[], Stability, Emitter, string]> = [
  // Requests
  ['http.server.request.duration', 's', 'histogram', REQUEST, 'stable', 'app', 'Duration of HTTP requests, from the middleware to the close of the response. Event streams and upgrades are not in it.'],
  ['http.server.active_requests', '{request}', 'updowncounter', ['http.request.method', 'url.scheme'], 'development', 'app', 'Requests being served now.'],
  ['http.server.time_to_first_byte', 's', 'histogram', REQUEST, 'outrider', 'app', 'Time until the response headers were written, for every request that got any.'],
  ['http.server.stream.duration', 's', 'histogram', REQUEST, 'outrider', 'app', 'Lifetime of event streams and upgraded connections.'],
  ['http.server.request.body.size', 'By', 'histogram', ['http.request.method', 'http.route'], 'development', 'app', 'Size of request bodies as they were transferred, for requests that had one and were received whole.'],
  ['http.server.response.body.size', 'By', 'histogram', ['http.request.method', 'http.route'], 'development', 'app', 'Size of response bodies as they were transferred, for requests that were completed.'],
  ['http.server.request.outcomes', '{request}', 'counter', ['outcome'], 'outrider', 'app', 'Requests that ended, by how: completed, aborted_before_headers, aborted_mid_stream, destroyed_by_server.'],
  ['http.server.slow_requests', '{request}', 'counter', ['http.route'], 'outrider', 'app', 'Requests that took longer than slowMs.'],
  ['outrider.route.duration', 's', 'exponential_histogram', ['http.route', 'service.version'], 'outrider', 'app', 'Duration of HTTP requests by route, in base-2 exponential buckets (scale 3: 4.4 % relative error at most).'],

  // Pools and caches
  ['db.client.connection.count', '{connection}', 'updowncounter', [...POOL, 'db.client.connection.state'], 'development', 'app', 'Connections of the pool by state: used or idle.'],
  ['db.client.connection.limit', '{connection}', 'updowncounter', POOL, 'development', 'app', 'The most connections the pool may open.'],
  ['db.client.connection.idle.min', '{connection}', 'updowncounter', POOL, 'development', 'app', 'The fewest idle connections the pool keeps.'],
  ['db.client.connection.pending_requests', '{request}', 'updowncounter', POOL, 'development', 'app', 'Requests waiting for a connection of the pool.'],
  ['db.client.connection.pending_requests.max', '{request}', 'gauge', POOL, 'outrider', 'app', 'The most requests that waited for a connection of the pool at once, in the last push interval or since.'],
  ['db.client.connection.timeouts', '{timeout}', 'counter', POOL, 'development', 'app', 'Requests that gave up waiting for a connection of the pool.'],
  ['db.client.connection.errors', '{error}', 'counter', POOL, 'outrider', 'app', 'Requests that got no connection of the pool, timeouts aside: it could not be opened, or they were given up.'],
  ['db.client.connection.wait_time', 's', 'histogram', POOL, 'development', 'app', 'Time it took to get a connection of the pool.'],
  ['db.client.connection.use_time', 's', 'histogram', POOL, 'development', 'app', 'Time between getting a connection and giving it back to the pool.'],
  ['db.client.connection.create_time', 's', 'histogram', POOL, 'development', 'app', 'Time it took to open a connection of the pool.'],
  ['http.client.open_connections', '{connection}', 'updowncounter', [...HTTP_POOL, 'http.connection.state'], 'development', 'app', 'Connections of an HTTP client by state: active or idle.'],
  ['http.client.connection.limit', '{connection}', 'updowncounter', HTTP_POOL, 'outrider', 'app', 'The most connections the HTTP client may open; absent if there is no limit, or one for each origin.'],
  ['http.client.pending_requests', '{request}', 'updowncounter', HTTP_POOL, 'outrider', 'app', 'Requests of an HTTP client that wait for a connection.'],
  ['http.client.pending_requests.max', '{request}', 'gauge', HTTP_POOL, 'outrider', 'app', 'The most requests of an HTTP client that waited for a connection at once, in the last push interval or since.'],
  ['thread.pool.threads', '{thread}', 'updowncounter', [...THREAD_POOL, 'thread.pool.state'], 'outrider', 'app', 'Threads of the pool by state: used or idle.'],
  ['thread.pool.limit', '{thread}', 'updowncounter', THREAD_POOL, 'outrider', 'app', 'The most threads the pool may start.'],
  ['thread.pool.idle.min', '{thread}', 'updowncounter', THREAD_POOL, 'outrider', 'app', 'The fewest threads the pool keeps.'],
  ['thread.pool.pending_requests', '{request}', 'updowncounter', THREAD_POOL, 'outrider', 'app', 'Tasks waiting for a thread of the pool.'],
  ['thread.pool.pending_requests.max', '{request}', 'gauge', THREAD_POOL, 'outrider', 'app', 'The most tasks that waited for a thread of the pool at once, in the last push interval or since.'],
  ['thread.pool.wait_time', 's', 'histogram', THREAD_POOL, 'outrider', 'app', 'Time a task waited for a thread of the pool.'],
  ['thread.pool.use_time', 's', 'histogram', THREAD_POOL, 'outrider', 'app', 'Time a thread of the pool worked on a task.'],
  ['cache.operations', '{operation}', 'counter', ['cache.name', 'cache.tier', 'cache.operation', 'cache.result'], 'outrider', 'app', 'Cache operations (get, set, delete) by result (hit, miss, ok, error).'],
  ['cache.entries', '{entry}', 'updowncounter', ['cache.name', 'cache.tier'], 'outrider', 'app', 'Entries in the cache.'],
  ['cache.entries.limit', '{entry}', 'updowncounter', ['cache.name', 'cache.tier'], 'outrider', 'app', 'The most entries the cache may hold.'],
  ['cache.size', 'By', 'updowncounter', ['cache.name', 'cache.tier'], 'outrider', 'app', 'Bytes in the cache.'],
  ['cache.evictions', '{entry}', 'counter', ['cache.name', 'cache.tier'], 'outrider', 'app', 'Entries the cache evicted to make room.'],
  ['cache.enabled', '', 'gauge', ['cache.name', 'cache.tier'], 'outrider', 'app', '1 if the cache is in use, 0 if it is switched off.'],

  // Queues, circuit breakers, and what else the application does
  ['queue.depth', '{task}', 'updowncounter', ['queue.name', 'queue.state'], 'outrider', 'app', 'Tasks of the queue by state: waiting, active, delayed or failed.'],
  ['queue.concurrency', '{task}', 'gauge', ['queue.name'], 'outrider', 'app', 'Tasks of the queue that may be worked on at once.'],
  ['queue.oldest_age', 's', 'gauge', ['queue.name'], 'outrider', 'app', 'How long the task at the head of the queue has waited.'],
  ['breaker.state', '', 'gauge', ['breaker.name', 'breaker.state'], 'outrider', 'app', '1 for the state the circuit breaker is in (closed, open, half_open, isolated), 0 for the others.'],
  ['breaker.calls', '{call}', 'counter', ['breaker.name', 'breaker.result'], 'outrider', 'app', 'Calls through the circuit breaker by result: success, failure, timeout, rejected, fallback.'],
  ['dedup.requests', '{request}', 'counter', ['dedup.name', 'dedup.result'], 'outrider', 'app', 'Requests through a deduplication: unique ones, that were made, and those that shared the answer of another.'],
  ['session.active', '{session}', 'updowncounter', ['session.kind'], 'outrider', 'app', 'User sessions that are not over yet.'],
  ['session.duration', 's', 'histogram', ['session.kind'], 'outrider', 'app', 'Duration of user sessions that are over, from the first to the last activity.'],
  ['operation.duration', 's', 'histogram', ['operation.name', 'error.type'], 'outrider', 'app', 'Duration of timed operations.'],
  ['operation.memory.growth', 'By', 'histogram', ['operation.name'], 'outrider', 'app', 'Growth of the heap during timed operations that ask for it; what went on beside them is in it.'],

  // Queries and outgoing calls
  ['db.client.operation.duration', 's', 'histogram', [...QUERY, 'error.type'], 'stable', 'app', 'Duration of queries and commands.'],
  ['db.client.slow_queries', '{query}', 'counter', ['db.system.name', 'db.query.summary'], 'outrider', 'app', 'Queries that took longer than slowMs.'],
  ['http.client.request.duration', 's', 'histogram', [...CALL, 'http.response.status_code', 'error.type'], 'stable', 'app', 'Duration of outgoing HTTP requests, until the response has been received.'],
  ['http.client.active_requests', '{request}', 'updowncounter', CALL, 'development', 'app', 'Outgoing HTTP requests that are being made now.'],

  // Runtime
  ['nodejs.eventloop.delay.p50', 's', 'gauge', [], 'development', 'app', 'Event loop delay, median since the last reading.'],
  ['nodejs.eventloop.delay.p90', 's', 'gauge', [], 'development', 'app', 'Event loop delay, 90th percentile since the last reading.'],
  ['nodejs.eventloop.delay.p99', 's', 'gauge', [], 'development', 'app', 'Event loop delay, 99th percentile since the last reading.'],
  ['nodejs.eventloop.delay.max', 's', 'gauge', [], 'development', 'app', 'Event loop delay, maximum since the last reading.'],
  ['nodejs.eventloop.utilization', '1', 'gauge', [], 'development', 'app', 'Share of time the event loop was busy since the last reading.'],
  ['nodejs.eventloop.time', 's', 'counter', ['nodejs.eventloop.state'], 'development', 'app', 'Time the event loop spent active and idle.'],
  ['v8js.memory.heap.used', 'By', 'updowncounter', ['v8js.heap.space.name'], 'development', 'app', 'Heap memory in use, by space.'],
  ['v8js.memory.heap.space.size', 'By', 'updowncounter', ['v8js.heap.space.name'], 'development', 'app', 'Heap memory allocated, by space.'],
  ['v8js.memory.heap.used_after_gc', 'By', 'gauge', [], 'outrider', 'app', 'Heap memory in use right after the last major garbage collection: the floor, where a leak shows.'],
  ['v8js.gc.duration', 's', 'histogram', ['v8js.gc.type'], 'development', 'app', 'Duration of garbage collections.'],
  ['nodejs.heap.size_limit', 'By', 'gauge', [], 'outrider', 'app', 'The heap size at which Node.js ends the process.'],
  ['process.cpu.time', 's', 'counter', ['cpu.mode'], 'development', 'app', 'CPU time the process used.'],
  ['process.memory.usage', 'By', 'updowncounter', [], 'development', 'app', 'Resident memory of the process.'],
  ['process.unix.file_descriptor.count', '{file_descriptor}', 'updowncounter', [], 'development', 'app', 'File descriptors the process has open.'],
  ['process.uptime', 's', 'gauge', [], 'development', 'app', 'Time since the process started.'],

  // Container (the application reports its own cgroup, the sidecar reports the one it runs in)
  ['container.cpu.time', 's', 'counter', [], 'development', 'both', 'CPU time the cgroup used.'],
  ['container.cpu.limit', '{cpu}', 'gauge', [], 'outrider', 'both', 'CPUs the cgroup may use; absent if unlimited.'],
  ['container.cpu.throttled_time', 's', 'counter', [], 'outrider', 'both', 'Time the cgroup was held back by its CPU limit.'],
  ['container.cpu.periods', '{period}', 'counter', ['throttled'], 'outrider', 'both', 'Scheduler periods of the cgroup, by whether it was throttled in them.'],
  ['container.memory.usage', 'By', 'updowncounter', [], 'development', 'both', 'Memory the cgroup uses, page cache included.'],
  ['container.memory.working_set', 'By', 'updowncounter', [], 'development', 'both', 'Memory the cgroup uses without what can be reclaimed at once.'],
  ['container.memory.limit', 'By', 'gauge', [], 'outrider', 'both', 'Memory the cgroup may use; absent if unlimited.'],
  ['container.memory.oom_kills', '{process}', 'counter', [], 'outrider', 'both', 'Processes of the cgroup that the kernel killed for want of memory.'],

  // Host
  ['system.cpu.time', 's', 'counter', ['cpu.mode'], 'development', 'sidecar', 'CPU time of the host, all CPUs together.'],
  ['system.cpu.utilization', '1', 'gauge', [], 'development', 'sidecar', 'Share of the host CPU time that was not idle or waiting for I/O, since the last reading.'],
  ['system.cpu.load_average.1m', '{thread}', 'gauge', [], 'outrider', 'sidecar', 'Tasks that ran, waited for a CPU or for I/O, averaged over about one minute.'],
  ['system.cpu.load_average.5m', '{thread}', 'gauge', [], 'outrider', 'sidecar', 'Tasks that ran, waited for a CPU or for I/O, averaged over about 5 minutes.'],
  ['system.cpu.load_average.15m', '{thread}', 'gauge', [], 'outrider', 'sidecar', 'Tasks that ran, waited for a CPU or for I/O, averaged over about 15 minutes.'],
  ['system.memory.usage', 'By', 'updowncounter', ['system.memory.state'], 'development', 'sidecar', 'Memory of the host by state.'],
  ['system.memory.linux.available', 'By', 'updowncounter', [], 'development', 'sidecar', 'Memory a new application can use without swapping.'],
  ['system.memory.limit', 'By', 'updowncounter', [], 'development', 'sidecar', 'Memory of the host.'],
  ['system.memory.utilization', '1', 'gauge', [], 'development', 'sidecar', '1 - available / limit.'],
  ['system.disk.io', 'By', 'counter', ['disk.io.direction', 'system.device.name'], 'development', 'sidecar', 'Bytes read from and written to the disk.'],
  ['system.disk.operations', '{operation}', 'counter', ['disk.io.direction', 'system.device.name'], 'development', 'sidecar', 'Reads and writes of the disk.'],
  ['system.disk.io_time', 's', 'counter', ['system.device.name'], 'development', 'sidecar', 'Time the disk was busy.'],
  ['system.filesystem.usage', 'By', 'updowncounter', ['system.device.name', 'system.filesystem.mountpoint', 'system.filesystem.type', 'system.filesystem.state'], 'development', 'sidecar', 'Space of the file system by state: used, free, reserved.'],
  ['system.filesystem.utilization', '1', 'gauge', ['system.device.name', 'system.filesystem.mountpoint', 'system.filesystem.type'], 'development', 'sidecar', 'Share of the space open to users that is used.'],
  ['system.network.io', 'By', 'counter', ['network.io.direction', 'network.interface.name'], 'development', 'sidecar', 'Bytes received and sent.'],
  ['system.network.errors', '{error}', 'counter', ['network.io.direction', 'network.interface.name'], 'development', 'sidecar', 'Network errors.'],
  ['system.network.packet.dropped', '{packet}', 'counter', ['network.io.direction', 'network.interface.name'], 'development', 'sidecar', 'Packets dropped.'],
  ['system.file_descriptor.count', '{file_descriptor}', 'updowncounter', [], 'outrider', 'sidecar', 'File descriptors that are open on the host; the kernel is behind by up to some 32 for each CPU.'],
  ['system.file_descriptor.limit', '{file_descriptor}', 'updowncounter', [], 'outrider', 'sidecar', 'File descriptors that can be open on the host.'],
  ['system.linux.pressure.stall_time', 's', 'counter', ['resource', 'kind', 'scope'], 'outrider', 'sidecar', 'Time in which some or all tasks waited for cpu, memory or io, on the host or in the cgroup.'],

  // The processes of an application, as the sidecar sees them
  ['app.workers', '{process}', 'updowncounter', ['state'], 'outrider', 'sidecar', 'Processes of the service, and threads that observe, by state: live, or silent (it is connected and has not pushed for two intervals: its event loop is blocked, or it is stopped).'],
  ['app.process.exits', '{process}', 'counter', ['reason'], 'outrider', 'sidecar', 'Processes of the service that ended, by reason: graceful, crash (an error that nobody caught, or an exit code other than 0), out_of_memory, killed (ended without a word), lost (stopped pushing, and had no connection whose end would tell).'],
  ['app.process.restarts', '{process}', 'counter', [], 'outrider', 'sidecar', 'Processes of the service that took the place of one that had ended.'],
  ['service.release.timestamp', 's', 'gauge', ['service.version'], 'outrider', 'sidecar', 'When a release of the service was first seen, in seconds since 1970.'],

  // Outrider itself, in the application
  ['outrider.recorder.series', '{series}', 'gauge', [], 'outrider', 'app', 'Series the recorder holds.'],
  ['outrider.recorder.series.limit', '{series}', 'gauge', [], 'outrider', 'app', 'Series the recorder may hold.'],
  ['outrider.recorder.routes', '{route}', 'gauge', ['kind'], 'outrider', 'app', 'Routes seen, by where their template is from: declared (the router) or computed (the option route).'],
  ['outrider.recorder.overflows', '{request}', 'counter', ['reason'], 'outrider', 'app', 'Requests recorded without their own series because the budget was used up, by what overflowed: route or labels.'],
  ['outrider.request_ids.rejected', '{id}', 'counter', [], 'outrider', 'app', 'Incoming request ids that were not valid and were replaced.'],
  ['outrider.slow_log.suppressed', '{entry}', 'counter', [], 'outrider', 'app', 'Slow-log entries left out by the rate limit.'],
  ['outrider.probe.errors', '{error}', 'counter', ['probe'], 'outrider', 'app', 'Readings of a pool or cache that threw.'],
  ['outrider.instrument.errors', '{error}', 'counter', ['instrument'], 'outrider', 'app', 'Values, attributes and names given to an instrument of the application (counter, gauge, histogram, timer) that could not be used, and calls of its read that threw.'],
  ['outrider.callback.errors', '{error}', 'counter', ['callback'], 'outrider', 'app', 'Calls of a function given as an option (route, labels, exclude, streams, log, trust, generator) that threw, rejected, or answered what cannot be used; and what went wrong in listening to queries and outgoing calls.'],
  ['outrider.pushes', '{push}', 'counter', ['result'], 'outrider', 'app', 'Pushes by result: ok, refused, failed, late. An absent receiver counts as failed.'],

  // Outrider itself, in the sidecar
  ['outrider.collector.duration', 's', 'gauge', ['collector'], 'outrider', 'sidecar', 'Duration of the last collection.'],
  ['outrider.collector.success', '', 'gauge', ['collector'], 'outrider', 'sidecar', '1 if the last collection succeeded, else 0.'],
  ['outrider.receiver.requests', '{request}', 'counter', ['encoding', 'result'], 'outrider', 'sidecar', 'OTLP requests by encoding (json, protobuf, other) and result (ok, partial, rejected).'],
  ['outrider.receiver.points', '{point}', 'counter', ['result'], 'outrider', 'sidecar', 'Data points received, by result: stored or dropped.'],
  ['outrider.receiver.dropped', '{point}', 'counter', ['reason'], 'outrider', 'sidecar', 'Data points dropped, by reason; slow requests too, by reasons of their own.'],
  ['outrider.store.series', '{series}', 'gauge', [], 'outrider', 'sidecar', 'Series the sidecar holds.'],
  ['outrider.store.series.limit', '{series}', 'gauge', [], 'outrider', 'sidecar', 'Series the sidecar may hold.'],
  ['outrider.store.sessions', '{session}', 'gauge', [], 'outrider', 'sidecar', 'Processes that are pushing.'],
  ['outrider.exposition.duration', 's', 'gauge', [], 'outrider', 'sidecar', 'Time to write the last /metrics answer.'],
  ['outrider.exposition.size', 'By', 'gauge', [], 'outrider', 'sidecar', 'Size of the last /metrics answer.'],
  ['outrider.exposition.omitted', '{point}', 'counter', ['reason'], 'outrider', 'sidecar', 'Points left out of a written /metrics, by reason: conflicting_type, duplicate_series, invalid_name, too_large.'],
  ['outrider.stream.clients', '{client}', 'updowncounter', [], 'outrider', 'sidecar', 'Clients of the event stream.'],
  ['outrider.forward.accepted', '{point}', 'counter', ['backend', 'source'], 'outrider', 'sidecar', 'Data points to be forwarded to the backend: sent, queued and dropped together. By source: application, sidecar, spool (left by an earlier run).'],
  ['outrider.forward.sent', '{point}', 'counter', ['backend'], 'outrider', 'sidecar', 'Data points that the backend took.'],
  ['outrider.forward.queued', '{point}', 'updowncounter', ['backend'], 'outrider', 'sidecar', 'Data points that wait for the backend, in memory, on disk or on their way.'],
  ['outrider.forward.dropped', '{point}', 'counter', ['backend', 'reason'], 'outrider', 'sidecar', 'Data points that were not forwarded, by reason: queue_full, refused, rejected_by_backend, unencodable, unusable (a push of which every point is invalid or was counted before), spool_damaged, closed.'],
  ['outrider.forward.requests', '{request}', 'counter', ['backend', 'result'], 'outrider', 'sidecar', 'Requests to the backend by result: ok, partial, retried (to be sent again), refused.'],
  ['outrider.forward.queue.size', 'By', 'updowncounter', ['backend', 'store'], 'outrider', 'sidecar', 'Bytes that wait for the backend, by where: memory or disk.'],
  ['outrider.forward.queue.limit', 'By', 'updowncounter', ['backend', 'store'], 'outrider', 'sidecar', 'Bytes that may wait for the backend, by where: memory or disk.'],
  ['outrider.forward.spool.errors', '{error}', 'counter', ['backend'], 'outrider', 'sidecar', 'Times that the spool of the backend could not be opened, written or cleared.'],
  ['outrider.limit.reached', '{event}', 'counter', ['limit'], 'outrider', 'sidecar', 'Times that something was refused, cut or dropped for a configured limit, by the limit.'],
  ['outrider.http.refused', '{request}', 'counter', ['reason'], 'outrider', 'sidecar', 'HTTP requests that were refused before they were looked at, by reason: unauthorized, foreign_host, foreign_origin, busy.'],
  ['outrider.config.reloads', '{reload}', 'counter', ['result'], 'outrider', 'sidecar', 'Times that the configuration was read again, by result: ok or refused.'],
  ['outrider.config.reload.success', '', 'gauge', [], 'outrider', 'sidecar', '1 if the configuration was accepted when it was read last, else 0: the one before applies.'],
  ['outrider.config.reload.timestamp', 's', 'gauge', [], 'outrider', 'sidecar', 'When a configuration was accepted last, in seconds since 1970.'],
  ['outrider.log.suppressed', '{line}', 'counter', [], 'outrider', 'sidecar', 'Log lines left out by the rate limit.'],
  ['outrider.cpu.time', 's', 'counter', ['cpu.mode'], 'outrider', 'sidecar', 'CPU time the sidecar used.'],
  ['outrider.memory.usage', 'By', 'gauge', [], 'outrider', 'sidecar', 'Resident memory of the sidecar.'],
];

/** Every metric Outrider emits, by OpenTelemetry name. */
export const catalogue: ReadonlyMap<string, MetricDefinition> = new Map(
  rows.map(([name, unit, kind, attributes, stability, emitter, description]) => [
    name,
    { name, unit, kind, attributes, stability, emitter, description },
  ]),
);

/**
 * The catalogue's row for a name.
 *
 * @throws {Error} if there is none: a metric that is not in the catalogue cannot be emitted.
 */
export function metricDefinition(name: string): MetricDefinition {
  const definition = catalogue.get(name);
  if (definition === undefined) throw new Error(`${name} is not in the catalogue`);
  return definition;
}

export { LATENCY_BOUNDS };
export { BODY_SIZE_BOUNDS, GC_BOUNDS, OPERATION_BOUNDS, STREAM_BOUNDS } from './bounds.ts';
export type { MetricKind };
export { canonicalNumber } from './canonical-number.ts';
export { prometheusLabel, prometheusName, prometheusType, prometheusUnit } from './prometheus-name.ts';
export type { PrometheusType } from './prometheus-name.ts';
