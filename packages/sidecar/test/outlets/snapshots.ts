import { numbers } from '../../src/collectors/collector.ts';
import type { RunnerSnapshot } from '../../src/collectors/runner.ts';
import type { ExponentialMetric, Metric } from '../../src/metric.ts';
import { EventStream } from '../../src/outlets/event-stream.ts';
import type { ExpositionCost, OutletContext, OutletRequest } from '../../src/outlets/outlet.ts';
import type { ResourceMetrics } from '../../src/receivers/decoded.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import { Store } from '../../src/store/store.ts';
import { attributes, from, histogram, number } from '../store/pushes.ts';

const MB = 1_048_576;
const NOW = Date.parse('2026-11-21T08:00:00.000Z');

/** What the collectors of a small host found. */
export const host: RunnerSnapshot = {
  metrics: [
    numbers('system.cpu.time', [
      [1234.56, { 'cpu.mode': 'user' }],
      [99, { 'cpu.mode': 'idle' }],
    ]),
    numbers('system.cpu.utilization', [[0.123456]]),
    numbers('system.memory.usage', [
      [3000 * MB, { 'system.memory.state': 'used' }],
      [1000 * MB, { 'system.memory.state': 'free' }],
    ]),
    numbers('system.memory.linux.available', [[1500.5 * MB]]),
    numbers('system.memory.utilization', [[0.625]]),
    numbers('system.disk.io', [
      [10 * MB, { 'disk.io.direction': 'read', 'system.device.name': 'vda' }],
      [20 * MB, { 'disk.io.direction': 'read', 'system.device.name': 'vdb' }],
      [5 * MB, { 'disk.io.direction': 'write', 'system.device.name': 'vda' }],
    ]),
    numbers('container.cpu.time', [[60]]),
  ],
  absent: {},
  collectors: [{ name: 'cpu', ok: true, durationS: 0.001, collectedAt: 0 }],
};

/** A host of which nothing has been collected. */
export const nothing: RunnerSnapshot = { metrics: [], absent: {}, collectors: [] };

/** Route durations in exponential buckets. */
export function routeDuration(scale: number, offset: number, counts: readonly number[]): ExponentialMetric {
  const count = counts.reduce((total, one) => total + one, 0);
  return {
    name: 'outrider.route.duration',
    kind: 'exponential_histogram',
    unit: 's',
    description: '',
    points: [{ attributes: attributes({ 'http.route': '/' }), count, sum: 1, scale, zeroCount: 0, offset, counts }],
  };
}

/** What a worker of the shop pushes that has a pool and a cache. */
export function shopWorker(instance: string, factor = 1): ResourceMetrics {
  const get = { 'http.request.method': 'GET', 'url.scheme': 'http', 'service.version': '1.2.0' };
  const cache = { 'cache.name': 'products', 'cache.tier': 'memory' };
  const pool = { 'db.client.connection.pool.name': 'main' };
  const metrics: Metric[] = [
    {
      ...histogram('http.server.request.duration', {}, [], [], 0),
      points: [
        ...histogram(
          'http.server.request.duration',
          { ...get, 'http.route': '/products/:id', 'http.response.status_code': '200' },
          [0.005, 0.01, 2.5],
          [90 * factor, 5 * factor, 3 * factor, 2 * factor],
          12.5 * factor,
        ).points,
        ...histogram(
          'http.server.request.duration',
          { ...get, 'http.response.status_code': '503', 'error.type': '503' },
          [0.005, 0.01, 2.5],
          [factor, 0, 0, 0],
          0.001 * factor,
        ).points,
      ],
    },
    number('http.server.active_requests', 'updowncounter', [
      [2 * factor, { 'http.request.method': 'GET', 'url.scheme': 'http' }],
    ]),
    number('http.server.request.outcomes', 'counter', [
      [101 * factor, { outcome: 'completed' }],
      [factor, { outcome: 'aborted_mid_stream' }],
    ]),
    number('http.server.slow_requests', 'counter', [
      [2 * factor, { 'http.route': '/products/:id' }],
      [factor, {}],
    ]),
    routeDuration(3, -50, [10 * factor, 80 * factor, 10 * factor]),
    number('db.client.connection.count', 'updowncounter', [
      [4 * factor, { ...pool, 'db.client.connection.state': 'used' }],
      [2, { ...pool, 'db.client.connection.state': 'idle' }],
    ]),
    number('db.client.connection.limit', 'updowncounter', [[10, pool]]),
    number('db.client.connection.idle.min', 'updowncounter', [[1, pool]]),
    number('cache.operations', 'counter', [
      [75 * factor, { ...cache, 'cache.operation': 'get', 'cache.result': 'hit' }],
      [25 * factor, { ...cache, 'cache.operation': 'get', 'cache.result': 'miss' }],
      [25 * factor, { ...cache, 'cache.operation': 'set', 'cache.result': 'ok' }],
      [3 * factor, { ...cache, 'cache.operation': 'delete', 'cache.result': 'ok' }],
      [factor, { ...cache, 'cache.operation': 'set', 'cache.result': 'error' }],
    ]),
    number('cache.enabled', 'gauge', [[1, cache]]),
    number('nodejs.eventloop.delay.p99', 'gauge', [[0.0123 * factor]]),
    number('nodejs.eventloop.utilization', 'gauge', [[0.25 * factor]]),
    number('v8js.memory.heap.used', 'updowncounter', [
      [30 * MB, { 'v8js.heap.space.name': 'old_space' }],
      [10 * MB, { 'v8js.heap.space.name': 'new_space' }],
    ]),
    number('process.memory.usage', 'updowncounter', [[100 * MB * factor]]),
    number('process.cpu.time', 'counter', [
      [1.5 * factor, { 'cpu.mode': 'user' }],
      [0.5 * factor, { 'cpu.mode': 'system' }],
    ]),
    number('process.uptime', 'gauge', [[60 * factor]]),
    number('process.unix.file_descriptor.count', 'updowncounter', [[21]]),
    number('container.cpu.time', 'counter', [[3]]),
  ];
  return from(instance, metrics, { 'service.version': '1.2.0' });
}

/** What two workers of a service push that have pools and a cache of two tiers. */
export function shopWorkers(
  instance: string,
  pools: readonly string[],
  resource: Readonly<Record<string, string>> = {},
): readonly ResourceMetrics[] {
  return [1, 2].map((factor) => {
    const worker = shopWorker('', factor);
    const tiers = cacheTiers('products', factor);
    const metrics = [...worker.metrics.filter(({ name }) => !/^(?:cache|db)\./.test(name)), ...tiers];
    for (const [at, name] of pools.entries()) metrics.push(...poolOf(name, factor + at));
    return from(`${instance}-${factor}`, metrics, resource);
  });
}

/** A pool of ten connections, so many of them in use. */
function poolOf(name: string, used: number): readonly Metric[] {
  const of = { 'db.client.connection.pool.name': name };
  return [
    number('db.client.connection.count', 'updowncounter', [
      [used, { ...of, 'db.client.connection.state': 'used' }],
      [2, { ...of, 'db.client.connection.state': 'idle' }],
    ]),
    number('db.client.connection.limit', 'updowncounter', [[10, of]]),
    number('db.client.connection.idle.min', 'updowncounter', [[1, of]]),
  ];
}

/** A cache in memory, and what it does not have is looked for in Redis. */
function cacheTiers(name: string, factor: number): readonly Metric[] {
  const operations = (tier: string, hits: number, misses: number) =>
    number('cache.operations', 'counter', [
      [hits * factor, { 'cache.name': name, 'cache.tier': tier, 'cache.operation': 'get', 'cache.result': 'hit' }],
      [misses * factor, { 'cache.name': name, 'cache.tier': tier, 'cache.operation': 'get', 'cache.result': 'miss' }],
      [misses * factor, { 'cache.name': name, 'cache.tier': tier, 'cache.operation': 'set', 'cache.result': 'ok' }],
    ]);
  const enabled = (tier: string) => number('cache.enabled', 'gauge', [[1, { 'cache.name': name, 'cache.tier': tier }]]);
  return [operations('memory', 75, 25), operations('redis', 20, 5), enabled('memory'), enabled('redis')];
}

/** A snapshot of some pushes. */
export function snapshotOf(pushes: readonly ResourceMetrics[], of: Partial<Snapshot> = {}): Snapshot {
  const store = new Store({ seriesLimit: 3000, clock: () => 0, wallClock: () => NOW });
  store.push(pushes);
  return {
    time: new Date(NOW),
    instance: 'host-1',
    store: store.view(),
    host,
    own: [numbers('outrider.store.series', [[store.view().series]])],
    fresh: true,
    missing: [],
    ...of,
  };
}

/** A context for outlets, and what they said. */
export function outletContext(): OutletContext & { readonly logged: string[]; readonly costs: ExpositionCost[] } {
  const logged: string[] = [];
  const costs: ExpositionCost[] = [];
  return {
    logged,
    costs,
    log: (level, message, fields) => logged.push(`${level} ${message} ${JSON.stringify(fields)}`),
    clock: () => 0,
    onExposition: (cost) => costs.push(cost),
    stream: new EventStream({ snapshot: () => snapshotOf([]), log: () => undefined }),
  };
}

/** What a request asks for, by the text of its query. */
export function outletRequest(query = '', accept = ''): OutletRequest {
  return { query: new URLSearchParams(query), accept };
}
