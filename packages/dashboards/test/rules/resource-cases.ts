import type { AlertCase, Samples } from './alert-case.ts';
import { links } from './annotations.ts';
import { counter, gauge, restarted } from './course.ts';
import type { Stretch } from './course.ts';

const MiB = 2 ** 20;
const APP = 'instance="web-1",job="shop",worker="0"';

const pool = (...used: readonly Stretch[]): Samples => poolOf(10, ...used);

function poolOf(limit: number, ...used: readonly Stretch[]): Samples {
  const labels = `${APP},db_client_connection_pool_name="orders"`;
  const minutes = used.reduce((sum, [, stretch]) => sum + stretch, 0);
  return {
    [`db_client_connection_count{${labels},db_client_connection_state="used"}`]: gauge(...used),
    [`db_client_connection_count{${labels},db_client_connection_state="idle"}`]: gauge(
      ...used.map(([count, stretch]) => [limit - count, stretch] as const),
    ),
    [`db_client_connection_limit{${labels}}`]: gauge([limit, minutes]),
  };
}

function lookups(course: typeof counter, ...hitsOf100: readonly Stretch[]): Samples {
  const labels = `${APP},cache_name="products",cache_operation="get"`;
  return {
    [`cache_operations_total{${labels},cache_result="hit"}`]: course(...hitsOf100),
    [`cache_operations_total{${labels},cache_result="miss"}`]: course(
      ...hitsOf100.map(([hits, minutes]) => [100 - hits, minutes] as const),
    ),
  };
}

/** So many lookups a minute, and all of them miss. */
function few(...misses: readonly Stretch[]): Samples {
  const labels = `${APP},cache_name="products",cache_operation="get"`;
  return { [`cache_operations_total{${labels},cache_result="miss"}`]: counter(...misses) };
}

// Fewer and fewer of them, of which one in five hits.
const FADING: Samples = {
  ...few([80, 30], [16, 6]),
  [`cache_operations_total{${APP},cache_name="products",cache_operation="get",cache_result="hit"}`]: counter(
    [20, 30],
    [4, 6],
  ),
};

function cacheErrors(course: typeof counter, ...errors: readonly Stretch[]): Samples {
  return {
    [`cache_operations_total{${APP},cache_name="products",cache_operation="get",cache_result="error"}`]: course(
      ...errors,
    ),
  };
}

/** The heap after collections, minute by minute, of a process that has been up for so many minutes at the beginning. */
function heap(floor: (minute: number) => number, minutes: number, upFor = 0): Samples {
  const each = Array.from({ length: minutes }, (_, minute) => minute);
  return {
    [`v8js_memory_heap_used_after_gc_bytes{${APP}}`]: each.map((minute) => Math.round(floor(minute))).join(' '),
    [`process_uptime_seconds{${APP}}`]: each.map((minute) => (upFor + minute) * 60).join(' '),
  };
}

// 12 MiB an hour.
const leak = (minute: number): number => 50 * MiB + minute * ((12 * MiB) / 60);
// 20 minutes from 50 to 90 MiB, then a collection that finds it all.
const sawtooth = (minute: number): number => 50 * MiB + (minute % 20) * 2 * MiB;

const resident = (...bytes: readonly Stretch[]): Samples => residentSince(3600, ...bytes);

function residentSince(uptimeS: number, ...bytes: readonly Stretch[]): Samples {
  const minutes = bytes.reduce((sum, [, stretch]) => sum + stretch, 0);
  return {
    [`process_memory_usage_bytes{${APP}}`]: gauge(...bytes),
    [`process_uptime_seconds{${APP}}`]: Array.from({ length: minutes }, (_, minute) => uptimeS + minute * 60).join(' '),
  };
}

function delay(...seconds: readonly Stretch[]): Samples {
  return { [`nodejs_eventloop_delay_p99_seconds{${APP}}`]: gauge(...seconds) };
}

const growth: AlertCase = {
  alert: 'MemoryGrowth',
  over: heap(leak, 260),
  under: heap(sawtooth, 260),
  // A process that is warming up grows too.
  idle: heap((minute) => 50 * MiB + Math.min(minute, 60) * MiB, 260, 0),
  resolves: { samples: heap((minute) => leak(Math.min(minute, 180)), 320), at: 250 },
  firesAt: 196,
  pendingMinutes: 15,
  says: {
    labels: { instance: 'web-1', job: 'shop', worker: '0', kind: 'regression', severity: 'warning', signal: 'memory' },
    annotations: {
      summary: 'shop leaks 12MiB an hour',
      description:
        'What is left in the heap of shop (worker 0 on web-1) after garbage collections has grown by 12MiB in an hour, more than 10 MiB.',
      action: 'restart',
      ...links('MemoryGrowth', 'outrider-regression', { job: 'shop', instance: 'web-1' }),
    },
  },
};

const blocked = (
  samples: AlertCase['over'],
  resolves: AlertCase['resolves'],
  labels: Record<string, string>,
  description: string,
): AlertCase => ({
  alert: 'EventLoopBlocked',
  over: samples,
  under: delay([0.2, 30]),
  idle: { 'app_workers{instance="web-1",job="shop",state="silent"}': gauge([0, 30]) },
  resolves,
  firesAt: 2,
  pendingMinutes: 2,
  says: {
    labels: { instance: 'web-1', job: 'shop', kind: 'threshold', severity: 'warning', signal: 'eventloop', ...labels },
    annotations: {
      summary: 'Event loop of shop is blocked',
      description,
      action: 'look',
      ...links('EventLoopBlocked', 'outrider-system', { job: 'shop', instance: 'web-1' }),
    },
  },
});

const silent = (...processes: readonly Stretch[]): Samples => ({
  'app_workers{instance="web-1",job="shop",state="silent"}': gauge(...processes),
});

/** What applications run out of. */
export const resourceCases: readonly AlertCase[] = [
  {
    alert: 'DbPoolExhausted',
    over: pool([10, 20]),
    under: pool([9, 20]),
    idle: pool([0, 20]),
    barely: [poolOf(1, [1, 20])],
    // One without a limit.
    hardly: [poolOf(0, [0, 20])],
    resolves: { samples: pool([10, 10], [8, 10]), at: 10 },
    firesAt: 1,
    pendingMinutes: 1,
    says: {
      labels: {
        instance: 'web-1',
        job: 'shop',
        worker: '0',
        db_client_connection_pool_name: 'orders',
        kind: 'threshold',
        severity: 'critical',
        signal: 'pool',
      },
      annotations: {
        summary: 'Pool orders of shop is used up',
        description:
          'All 10 connections of the pool orders of shop (worker 0 on web-1) have been in use for a minute: requests wait for one.',
        action: 'page',
        ...links('DbPoolExhausted', 'outrider-database', { job: 'shop', instance: 'web-1', pool: 'orders' }),
      },
    },
  },
  {
    alert: 'CacheHitRateLow',
    over: lookups(counter, [20, 40]),
    under: lookups(counter, [30, 40]),
    // None of them hits, and they are fewer than a hundred.
    idle: few([9.85, 40]),
    barely: [lookups(counter, [29.5, 40]), few([10.2, 40]), FADING],
    reset: { samples: lookups(restarted, [20, 60]), fires: true },
    resolves: { samples: lookups(counter, [20, 30], [90, 30]), at: 32 },
    // Nobody asks it any more.
    ends: [{ samples: few([20, 30], [0, 20]), at: 36 }],
    firesAt: 11,
    pendingMinutes: 10,
    says: {
      labels: { job: 'shop', cache_name: 'products', kind: 'threshold', severity: 'warning', signal: 'cache' },
      annotations: {
        summary: 'Cache products of shop hits 20%',
        description: '20% of the lookups in the cache products of shop are hits, fewer than 30 %, for 10 minutes.',
        action: 'look',
        ...links('CacheHitRateLow', 'outrider-cache', { job: 'shop', cache: 'products' }),
      },
    },
  },
  {
    alert: 'CacheErrors',
    over: cacheErrors(counter, [0, 10], [1, 10]),
    under: cacheErrors(counter, [0, 30]),
    idle: { ...cacheErrors(counter, [0, 30]), ...lookups(counter, [0, 30]) },
    reset: { samples: cacheErrors(restarted, [2, 40]), fires: true },
    resolves: { samples: cacheErrors(counter, [1, 10], [0, 20]), at: 15 },
    firesAt: 11,
    pendingMinutes: 0,
    says: {
      labels: { job: 'shop', cache_name: 'products', kind: 'threshold', severity: 'warning', signal: 'cache' },
      annotations: {
        summary: 'Cache products of shop has errors',
        description: 'Operations of the cache products of shop that failed in the last 5 minutes: 1.',
        action: 'look',
        ...links('CacheErrors', 'outrider-cache', { job: 'shop', cache: 'products' }),
      },
    },
  },
  growth,
  {
    alert: 'MemoryJump',
    over: resident([200 * MiB, 10], [310 * MiB, 8]),
    under: resident([200 * MiB, 10], [300 * MiB, 30]),
    idle: resident([200 * MiB, 40]),
    // The second one a quarter of an hour after its process began, or just before that.
    barely: [resident([200 * MiB, 10], [302 * MiB, 8]), residentSince(315, [200 * MiB, 10], [310 * MiB, 1])],
    hardly: [residentSince(290, [200 * MiB, 10], [310 * MiB, 1])],
    resolves: { samples: resident([200 * MiB, 10], [310 * MiB, 30]), at: 20 },
    firesAt: 10,
    pendingMinutes: 0,
    says: {
      labels: {
        instance: 'web-1',
        job: 'shop',
        worker: '0',
        kind: 'regression',
        severity: 'critical',
        signal: 'memory',
      },
      annotations: {
        summary: 'shop took 110MiB within 10 minutes',
        description: 'The memory of shop (worker 0 on web-1) has grown by 110MiB within 10 minutes, more than 100 MiB.',
        action: 'restart',
        ...links('MemoryJump', 'outrider-system', { job: 'shop', instance: 'web-1' }),
      },
    },
  },
  blocked(
    delay([0.203, 30]),
    { samples: delay([0.5, 10], [0.01, 10]), at: 10 },
    { worker: '0' },
    'The event loop of shop (worker 0 on web-1) is late by 203ms at its 99th percentile, more than 200 ms, for 2 minutes.',
  ),
  blocked(
    silent([1, 30]),
    { samples: silent([1, 10], [0, 10]), at: 10 },
    {},
    'Processes of shop on web-1 that have not answered for 2 minutes: 1.',
  ),
];
