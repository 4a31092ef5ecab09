import type { DashboardConfig } from '../config.ts';
import { asked, cacheErrors, hitRatio } from '../measures/caches.ts';
import { exhaustedPools } from '../measures/pools.ts';
import { eventLoopDelay, heapFloor } from '../measures/processes.ts';
import { ruleScope } from '../scope.ts';
import type { AlertRule } from './rule.ts';
import { duration, percent, size } from './text.ts';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;

// Of the window in which lookups are counted.
const WINDOW_S = 10 * MINUTE_S;

/** What applications run out of: connections, hits of a cache, memory, the event loop. */
export function resourceAlerts(config: DashboardConfig): readonly AlertRule[] {
  const { cache, memoryGrowth, eventLoop } = config.thresholds;
  const scope = ruleScope(config, '10m');
  const { application } = scope;
  const resident = application('process.memory.usage');
  const uptime = application('process.uptime');
  return [
    {
      alert: 'DbPoolExhausted',
      expr: exhaustedPools(scope),
      for: '1m',
      severity: 'critical',
      signal: 'pool',
      kind: 'threshold',
      summary: 'Pool {{ $labels.db_client_connection_pool_name }} of {{ $labels.job }} is used up',
      description:
        'All {{ $value }} connections of the pool {{ $labels.db_client_connection_pool_name }} of {{ $labels.job }} (worker {{ $labels.worker }} on {{ $labels.instance }}) have been in use for a minute: requests wait for one.',
      action: 'page',
      dashboard: 'outrider-database',
      shows: { job: 'job', instance: 'instance', db_client_connection_pool_name: 'pool' },
    },
    {
      alert: 'CacheHitRateLow',
      expr: `${hitRatio(scope)} < ${cache.hitRatio} and on (job, cache_name) ${asked(scope)} * ${WINDOW_S} >= ${cache.minimumLookups}`,
      for: '10m',
      severity: 'warning',
      signal: 'cache',
      kind: 'threshold',
      summary: 'Cache {{ $labels.cache_name }} of {{ $labels.job }} hits {{ $value | humanizePercentage }}',
      description: `{{ $value | humanizePercentage }} of the lookups in the cache {{ $labels.cache_name }} of {{ $labels.job }} are hits, fewer than ${percent(cache.hitRatio)}, for 10 minutes.`,
      action: 'look',
      dashboard: 'outrider-cache',
      shows: { job: 'job', cache_name: 'cache' },
    },
    {
      alert: 'CacheErrors',
      expr: `${cacheErrors(ruleScope(config, '5m'), 'increase')} > 0`,
      for: '0m',
      severity: 'warning',
      signal: 'cache',
      kind: 'threshold',
      summary: 'Cache {{ $labels.cache_name }} of {{ $labels.job }} has errors',
      description:
        'Operations of the cache {{ $labels.cache_name }} of {{ $labels.job }} that failed in the last 5 minutes: {{ $value | printf "%.0f" }}.',
      action: 'look',
      dashboard: 'outrider-cache',
      shows: { job: 'job', cache_name: 'cache' },
    },
    {
      // The floor, not the size: a sawtooth of collections is no leak. Of an hour: shorter ones alias with slow ones. Both
      // hours come after the first one of the process, in which it warms up.
      alert: 'MemoryGrowth',
      expr: `${heapFloor(scope)} - ${heapFloor(scope, '1h')} > ${memoryGrowth.bytesPerHour} and on (job, instance, worker) ${uptime} > ${3 * HOUR_S}`,
      for: '15m',
      severity: 'warning',
      signal: 'memory',
      kind: 'regression',
      summary: '{{ $labels.job }} leaks {{ $value | humanize1024 }}B an hour',
      description: `What is left in the heap of {{ $labels.job }} (worker {{ $labels.worker }} on {{ $labels.instance }}) after garbage collections has grown by {{ $value | humanize1024 }}B in an hour, more than ${size(memoryGrowth.bytesPerHour)}.`,
      action: 'restart',
      dashboard: 'outrider-regression',
      shows: { job: 'job', instance: 'instance' },
    },
    {
      // The 10 minutes begin 5 minutes after the process, which takes much in those.
      alert: 'MemoryJump',
      expr: `${resident} - min_over_time(${resident}[10m]) > ${memoryGrowth.bytesIn10Minutes} and on (job, instance, worker) ${uptime} > ${15 * MINUTE_S}`,
      for: '0m',
      severity: 'critical',
      signal: 'memory',
      kind: 'regression',
      summary: '{{ $labels.job }} took {{ $value | humanize1024 }}B within 10 minutes',
      description: `The memory of {{ $labels.job }} (worker {{ $labels.worker }} on {{ $labels.instance }}) has grown by {{ $value | humanize1024 }}B within 10 minutes, more than ${size(memoryGrowth.bytesIn10Minutes)}.`,
      action: 'restart',
      dashboard: 'outrider-system',
      shows: { job: 'job', instance: 'instance' },
    },
    {
      alert: 'EventLoopBlocked',
      expr: `${eventLoopDelay(scope, 'p99')} > ${eventLoop.delayS} or max by (job, instance) (${application('app.workers', { state: '="silent"' })}) > 0`,
      for: '2m',
      severity: 'warning',
      signal: 'eventloop',
      kind: 'threshold',
      summary: 'Event loop of {{ $labels.job }} is blocked',
      // A process that does not answer has no figure of its own: they are counted, without the label worker.
      description: `{{ if $labels.worker }}The event loop of {{ $labels.job }} (worker {{ $labels.worker }} on {{ $labels.instance }}) is late by {{ $value | humanizeDuration }} at its 99th percentile, more than ${duration(eventLoop.delayS)}, for 2 minutes.{{ else }}Processes of {{ $labels.job }} on {{ $labels.instance }} that have not answered for 2 minutes: {{ $value }}.{{ end }}`,
      action: 'look',
      dashboard: 'outrider-system',
      shows: { job: 'job', instance: 'instance' },
    },
  ];
}
