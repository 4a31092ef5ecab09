interface Family {
  /** What the names of its metrics begin with. */
  readonly prefix: string;
  readonly why: string;
  readonly mend?: string;
}

const pool = (what: string): string => `observer.pool(${what}, { name }) in the application: docs/guide/libraries.md`;
const watch = (url: string): string => `outrider sidecar --watch ${url}`;

// What an installation may do without. The first prefix that fits counts.
const FAMILIES: readonly Family[] = [
  { prefix: 'redis_', why: 'no Redis server is watched', mend: watch('redis://127.0.0.1:6379') },
  { prefix: 'postgresql_', why: 'no PostgreSQL server is watched', mend: watch('postgres://user@127.0.0.1/db') },
  { prefix: 'pgbouncer_', why: 'no PgBouncer is watched', mend: watch('pgbouncer://user@127.0.0.1:6432') },
  { prefix: 'memcached_', why: 'no memcached server is watched', mend: watch('memcached://127.0.0.1:11211') },
  { prefix: 'outrider_forward_', why: 'nothing is forwarded', mend: 'forward.endpoint in the sidecar’s configuration: docs/guide/forwarding.md' },
  { prefix: 'container_', why: 'nothing runs in a container that has this' },
  { prefix: 'db_client_operation_', why: 'no query was seen', mend: 'docs/guide/queries.md' },
  { prefix: 'db_client_slow_queries_', why: 'no query was seen', mend: 'docs/guide/queries.md' },
  { prefix: 'db_client_', why: 'no database pool tells it', mend: pool('pool') },
  { prefix: 'http_client_request_duration_', why: 'no outgoing HTTP call was made' },
  { prefix: 'http_client_active_', why: 'no outgoing HTTP call was made' },
  { prefix: 'http_client_', why: 'no HTTP client’s pool tells it', mend: pool('agent') },
  { prefix: 'thread_pool_', why: 'no thread pool tells it', mend: pool('threads') },
  { prefix: 'cache_', why: 'no cache tells it', mend: 'observer.cache(cache, { name }) in the application: docs/guide/libraries.md' },
  { prefix: 'queue_', why: 'no queue tells it', mend: 'observer.queue(queue, { name }) in the application: docs/guide/libraries.md' },
  { prefix: 'breaker_', why: 'no circuit breaker tells it', mend: 'observer.breaker(breaker, { name }) in the application: docs/guide/libraries.md' },
  { prefix: 'operation_', why: 'no operation is timed', mend: '@timed(name) in the application: docs/guide/timers.md' },
  { prefix: 'dedup_', why: 'nothing is deduplicated', mend: 'deduplication({ name }) in the application: docs/guide/timers.md' },
  { prefix: 'session_', why: 'no user sessions are counted', mend: 'docs/guide/timers.md' },
  { prefix: 'http_server_stream_', why: 'no event stream or upgrade has ended' },
  { prefix: 'http_server_slow_requests_', why: 'no request was slower than slowMs' },
  { prefix: 'outrider_callback_errors_', why: 'no option that is a function has failed' },
  { prefix: 'outrider_probe_errors_', why: 'no reading of a pool or cache has failed' },
  { prefix: 'outrider_limit_reached_', why: 'no limit was reached' },
  { prefix: 'outrider_http_refused_', why: 'no request was refused' },
  { prefix: 'v8js_memory_heap_used_after_gc_', why: 'no process has collected all of its garbage yet' },
  { prefix: 'system_linux_pressure_', why: 'this kernel does not measure pressure', mend: 'boot it with psi=1' },
]; // oxfmt-ignore

/** What it means that nothing has a metric, where an installation may do without it; undefined where it may not. */
export function whyUnused(name: string): { readonly why: string; readonly mend?: string } | undefined {
  return FAMILIES.find(({ prefix }) => name.startsWith(prefix));
}
