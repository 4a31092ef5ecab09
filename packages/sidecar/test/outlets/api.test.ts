import { describe, expect, it } from 'vitest';
import { apiOutlet } from '../../src/outlets/api.ts';
import type { Answer } from '../../src/outlets/outlet.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import { Store } from '../../src/store/store.ts';
import { from, histogram, number } from '../store/pushes.ts';
import {
  host,
  nothing,
  outletContext,
  outletRequest,
  routeDuration,
  shopWorker,
  shopWorkers,
  snapshotOf,
} from './snapshots.ts';

// The shape is the contract under test, so the answer is taken as it comes.
// oxlint-disable-next-line typescript/no-explicit-any
function api(snapshot: Snapshot, query = ''): any {
  return JSON.parse(String(reply(snapshot, query).body));
}

function reply(snapshot: Snapshot, query = ''): Answer {
  return apiOutlet(outletContext()).answer(snapshot, outletRequest(query));
}

const pool = { 'db.client.connection.pool.name': 'main' };

describe('/api/v1/metrics', () => {
  it('answers for two services of two workers each, two pools and a cache of two tiers', async () => {
    const { body, ...head } = reply(
      snapshotOf([
        ...shopWorkers('shop', ['reads', 'writes']),
        ...shopWorkers('billing', ['reads', 'reports'], { 'service.name': 'billing' }),
      ]),
    );
    expect(head).toEqual({ status: 200, contentType: 'application/json; charset=utf-8' });
    await expect(JSON.stringify(JSON.parse(String(body)), null, 2)).toMatchFileSnapshot('fixtures/metrics.json');
  });

  it('has the twenty figures by name, and nothing else that was not agreed', () => {
    const answer = api(snapshotOf([shopWorker('a')]));
    expect(Object.keys(answer)).toEqual(['timestamp', 'system', 'database', 'cache', 'http', 'runtime', 'services']);
    expect(Object.keys(answer.system)).toEqual([
      'cpu_percent',
      'memory_used_mb',
      'memory_available_mb',
      'memory_percent',
      'disk_read_mb',
      'disk_write_mb',
      'reasons',
    ]);
    expect(Object.keys(answer.database)).toEqual([
      'pool_size',
      'available',
      'active',
      'min_size',
      'max_size',
      'utilization_percent',
      'reasons',
      'pools',
    ]);
    expect(Object.keys(answer.cache)).toEqual([
      'enabled',
      'hits',
      'misses',
      'sets',
      'deletes',
      'errors',
      'total_reads',
      'hit_rate_percent',
      'reasons',
      'caches',
    ]);
  });

  it('says null and why before anything has come in', () => {
    const answer = api(snapshotOf([], { host: nothing }));
    for (const name of ['system', 'database', 'cache', 'http']) {
      const { reasons, pools, caches, ...figures } = answer[name];
      expect([name, Object.keys(reasons)]).toEqual([name, Object.keys(figures)]);
      for (const [key, figure] of Object.entries(figures)) expect([key, figure]).toEqual([key, null]);
      expect([pools ?? [], caches ?? []]).toEqual([[], []]);
    }
    expect(answer.system.reasons.cpu_percent).toBe('no collection has ended yet');
    expect(answer.database.reasons.active).toBe('no process has pushed yet');
    expect(answer.services).toEqual([]);
    expect(answer.runtime).toMatchObject({ workers: 0, rss_mb: null });
    expect(answer.runtime.reasons.workers).toBeUndefined();
  });

  it('says what is missing of a process that has neither pool nor cache', () => {
    const answer = api(snapshotOf([from('a', [number('process.uptime', 'gauge', [[5]])])]));
    expect(answer.database.reasons.pool_size).toBe('no pool is registered');
    expect(answer.cache.reasons.hits).toBe('no cache is registered');
    expect(answer.http.reasons.duration_ms).toBe('no process reports http.server.request.duration');
    expect(answer.runtime.uptime_seconds).toBe(5);
  });

  it('tells a process that is gone from one that never was', () => {
    let now = 0;
    const store = new Store({ seriesLimit: 100, clock: () => now });
    store.push([shopWorker('a')]);
    now = 200_000;
    const answer = api(snapshotOf([], { store: store.view() }));
    expect(answer.database.reasons.active).toBe('no process is pushing');
    // What was counted is still true.
    expect(answer.cache).toMatchObject({ hits: 75, enabled: null });
    expect(answer.runtime).toMatchObject({ workers: 0, rss_mb: null, cpu_seconds_total: 2 });
  });
});

describe('system', () => {
  it('gives the reason of the collector', () => {
    const { system } = api(
      snapshotOf([], {
        host: {
          metrics: host.metrics.filter(({ name }) => name !== 'system.cpu.utilization' && name !== 'system.disk.io'),
          absent: { 'system.cpu.utilization': 'it takes two readings' },
          collectors: [
            { name: 'cpu', ok: true, durationS: 0, collectedAt: 0 },
            { name: 'disk', ok: false, durationS: 0, collectedAt: 0, error: 'no diskstats' },
          ],
        },
      }),
    );
    expect(system.reasons).toEqual({
      cpu_percent: 'it takes two readings',
      disk_read_mb: 'the collector disk failed: no diskstats',
      disk_write_mb: 'the collector disk failed: no diskstats',
    });
    expect(system.memory_percent).toBe(62.5);
  });
});

describe('database', () => {
  it('adds up pools and takes the utilization of the fullest', () => {
    const of = (name: string, used: number, idle: number, limit: number) => [
      number('db.client.connection.count', 'updowncounter', [
        [used, { 'db.client.connection.pool.name': name, 'db.client.connection.state': 'used' }],
        [idle, { 'db.client.connection.pool.name': name, 'db.client.connection.state': 'idle' }],
      ]),
      number('db.client.connection.limit', 'updowncounter', [[limit, { 'db.client.connection.pool.name': name }]]),
    ];
    const { database } = api(snapshotOf([from('a', [...of('reads', 1, 3, 20), ...of('writes', 9, 0, 10)])]));
    expect(database).toMatchObject({
      pool_size: 13,
      available: 20,
      active: 10,
      min_size: null,
      max_size: 30,
      utilization_percent: 90,
      reasons: { min_size: 'the pool reports no minimum' },
      pools: [
        { service: 'shop', name: 'reads', utilization_percent: 5, available: 19, min_size: null },
        { service: 'shop', name: 'writes', utilization_percent: 90, available: 1, min_size: null },
      ],
    });
  });

  it('joins the workers of a pool, and keeps apart those of one name in two services', () => {
    const of = (instance: string, service: string, used: number) =>
      from(
        instance,
        [
          number('db.client.connection.count', 'updowncounter', [
            [used, { ...pool, 'db.client.connection.state': 'used' }],
            [1, { ...pool, 'db.client.connection.state': 'idle' }],
          ]),
          number('db.client.connection.limit', 'updowncounter', [[10, pool]]),
        ],
        { 'service.name': service },
      );
    const { database } = api(snapshotOf([of('a', 'shop', 2), of('b', 'shop', 9), of('c', 'billing', 5)]));
    expect(database).toMatchObject({ active: 16, max_size: 30, utilization_percent: 90 });
    expect(database.pools).toMatchObject([
      { service: 'billing', name: 'main', active: 5, utilization_percent: 50, workers: [{ worker: 0, active: 5 }] },
      {
        service: 'shop',
        name: 'main',
        active: 11,
        pool_size: 13,
        available: 9,
        utilization_percent: 90,
        workers: [
          { worker: 0, active: 2, utilization_percent: 20 },
          { worker: 1, active: 9, utilization_percent: 90 },
        ],
      },
    ]);
  });

  it('has no part in connections of HTTP clients and in threads', () => {
    const others = [
      number('http.client.open_connections', 'updowncounter', [
        [7, { 'http.client.pool.name': 'main', 'http.connection.state': 'active' }],
        [7, { 'http.client.pool.name': 'main', 'http.connection.state': 'idle' }],
      ]),
      number('http.client.connection.limit', 'updowncounter', [[7, { 'http.client.pool.name': 'main' }]]),
      number('thread.pool.threads', 'updowncounter', [
        [5, { 'thread.pool.name': 'main', 'thread.pool.state': 'used' }],
        [5, { 'thread.pool.name': 'main', 'thread.pool.state': 'idle' }],
      ]),
      number('thread.pool.limit', 'updowncounter', [[5, { 'thread.pool.name': 'main' }]]),
    ];
    const none = api(snapshotOf([from('a', others)])).database;
    expect(none).toMatchObject({ pool_size: null, max_size: null, pools: [] });
    expect(none.reasons.pool_size).toBe('no pool is registered');
    const count = number('db.client.connection.count', 'updowncounter', [
      [1, { ...pool, 'db.client.connection.state': 'used' }],
      [2, { ...pool, 'db.client.connection.state': 'idle' }],
    ]);
    const { database } = api(snapshotOf([from('a', [count, ...others])]));
    expect(database).toMatchObject({
      pool_size: 3,
      active: 1,
      max_size: null,
      pools: [{ name: 'main', pool_size: 3 }],
    });
  });

  it('lists the first thousand pools and caches, and counts all', () => {
    const names = Array.from({ length: 1_002 }, (_, i) => `n${i}`);
    const pools = number(
      'db.client.connection.count',
      'updowncounter',
      names.map((name) => [1, { 'db.client.connection.pool.name': name, 'db.client.connection.state': 'used' }]),
    );
    const caches = number(
      'cache.operations',
      'counter',
      names.map((name) => [1, { 'cache.name': name, 'cache.operation': 'get', 'cache.result': 'hit' }]),
    );
    const { database, cache } = api(snapshotOf([from('a', [pools, caches])]));
    expect([database.pools.length, database.pools_left_out, database.active]).toEqual([1_000, 2, 1_002]);
    expect([cache.caches.length, cache.caches_left_out, cache.hits]).toEqual([1_000, 2, 1_002]);
    expect(Object.keys(api(snapshotOf([shopWorker('a')])).database)).not.toContain('pools_left_out');
  });

  it('knows no share of a pool without a limit', () => {
    const count = number('db.client.connection.count', 'updowncounter', [
      [3, { ...pool, 'db.client.connection.state': 'used' }],
    ]);
    const { database } = api(snapshotOf([from('a', [count])]));
    expect(database).toMatchObject({ active: 3, pool_size: null, available: null, utilization_percent: null });
    expect(database.reasons).toMatchObject({
      utilization_percent: 'the pool reports no limit',
      available: 'the pool reports no limit',
      pool_size: 'the pool does not report its idle connections',
    });
  });
});

describe('cache', () => {
  const operations = (...points: ReadonlyArray<readonly [number, string, string]>) =>
    number(
      'cache.operations',
      'counter',
      points.map(([value, operation, result]) => [
        value,
        { 'cache.name': 'c', 'cache.operation': operation, 'cache.result': result },
      ]),
    );

  it('knows no rate before the first read', () => {
    const { cache } = api(snapshotOf([from('a', [operations([0, 'get', 'hit'], [0, 'get', 'miss'])])]));
    expect(cache).toMatchObject({ hits: 0, total_reads: 0, hit_rate_percent: null });
    expect(cache.reasons.hit_rate_percent).toBe('no reads yet');
    expect(cache.reasons.sets).toBe('no cache reports sets');
  });

  it('is enabled if one of several is, and lists each', () => {
    const enabled = (name: string, value: number) =>
      number('cache.enabled', 'gauge', [[value, { 'cache.name': name }]]);
    const { cache } = api(snapshotOf([from('a', [enabled('x', 0)]), from('b', [enabled('y', 1)])]));
    expect(cache.enabled).toBe(true);
    expect(cache.caches).toMatchObject([
      { service: 'shop', name: 'x', enabled: false, hits: null, tiers: [], workers: [{ worker: 0, enabled: false }] },
      { service: 'shop', name: 'y', enabled: true, hits: null, tiers: [], workers: [{ worker: 1, enabled: true }] },
    ]);
    expect(api(snapshotOf([from('a', [enabled('x', 0)])])).cache.enabled).toBe(false);
  });

  it('lists each tier by itself, and counts what each was asked', () => {
    const gets = (tier: string, hits: number, misses: number) =>
      [[hits, 'hit'] as const, [misses, 'miss'] as const].map(
        ([value, result]) =>
          [value, { 'cache.name': 'c', 'cache.tier': tier, 'cache.operation': 'get', 'cache.result': result }] as const,
      );
    const reads = number('cache.operations', 'counter', [...gets('L1', 90, 10), ...gets('L2', 9, 1)]);
    const enabled = number('cache.enabled', 'gauge', [
      [1, { 'cache.name': 'c', 'cache.tier': 'L1' }],
      [0, { 'cache.name': 'c', 'cache.tier': 'L2' }],
    ]);
    const { cache } = api(snapshotOf([from('a', [reads, enabled])]));
    expect(cache).toMatchObject({ enabled: true, hits: 99, misses: 11, total_reads: 110, hit_rate_percent: 90 });
    expect(cache.caches).toMatchObject([
      {
        name: 'c',
        enabled: true,
        total_reads: 110,
        tiers: [
          { tier: 'L1', enabled: true, total_reads: 100, hit_rate_percent: 90 },
          { tier: 'L2', enabled: false, total_reads: 10, hit_rate_percent: 90 },
        ],
        workers: [{ worker: 0, total_reads: 110 }],
      },
    ]);
  });

  it('counts errors of every operation', () => {
    const { cache } = api(snapshotOf([from('a', [operations([1, 'get', 'error'], [2, 'delete', 'error'])])]));
    expect(cache.errors).toBe(3);
  });
});

describe('http', () => {
  it('counts requests of senders that know no outcomes by their latency histogram', () => {
    const answered = (status: string, count: number) =>
      histogram('http.server.request.duration', { 'http.response.status_code': status }, [1], [count, 1], 5);
    const { http } = api(snapshotOf([from('a', [answered('500', 3)]), from('b', [answered('404', 10)])]));
    expect(http).toMatchObject({ requests_total: 15, errors_total: 4, outcomes: null, slow_requests_total: null });
  });

  describe('of a process that leaves the latency histogram to OpenTelemetry', () => {
    const of = (status: string) => ({ 'http.response.status_code': status });
    const outcomes = number('http.server.request.outcomes', 'counter', [[13, { outcome: 'completed' }]]);
    const firstByte = histogram('http.server.time_to_first_byte', of('500'), [1], [2, 1], 5);
    const answered = histogram('http.server.time_to_first_byte', of('200'), [1], [10, 0], 5);
    const firstBytes = { ...firstByte, points: [...firstByte.points, ...answered.points] };
    const resource = { 'host.name': 'web-1', 'process.pid': '4711' };
    const ours = from('ours', [outcomes, firstBytes, routeDuration(3, 0, [13])], resource);
    const theirs = (more: Readonly<Record<string, string>> = resource) =>
      from('theirs', [histogram('http.server.request.duration', of('500'), [1], [2, 1], 5)], more);

    it('are told from what there is', () => {
      const { http } = api(snapshotOf([ours]));
      expect(http).toMatchObject({ requests_total: 13, errors_total: 3, duration_ms: { p50: expect.any(Number) } });
      expect(Object.keys(http.reasons)).toEqual(['active_requests', 'slow_requests_total']);
    });

    it.each([
      ['ours first', [ours, theirs()]],
      ['theirs first', [theirs(), ours]],
    ])('are counted once where both push here: %s', (_name, pushes) => {
      const { http, services } = api(snapshotOf(pushes));
      expect(http).toMatchObject({ requests_total: 13, errors_total: 3 });
      expect(services).toMatchObject([{ service: 'shop', http: { requests_total: 13, errors_total: 3 } }]);
    });

    it('are counted once where the SDK has another name for the service', () => {
      const snapshot = snapshotOf([ours, theirs({ ...resource, 'service.name': 'unknown_service:node' })]);
      const { http, services } = api(snapshot);
      expect(http).toMatchObject({ requests_total: 13, errors_total: 3 });
      const counted = {
        requests_total: null,
        reasons: { requests_total: 'another push of the same process counts them' },
      };
      expect(services).toMatchObject([
        { service: 'shop', http: { requests_total: 13 } },
        { service: 'unknown_service:node', http: counted },
      ]);
      // Also where only that one is asked for.
      expect(api(snapshot, 'service=unknown_service:node').http).toMatchObject(counted);
    });

    it.each([{ 'process.pid': '4712' }, { 'host.name': 'web-2' }, { 'host.name': '', 'process.pid': '' }])(
      'are added to those of another process: %j',
      (other) => {
        expect(api(snapshotOf([ours, theirs({ ...resource, ...other })])).http).toMatchObject({
          requests_total: 16,
          errors_total: 6,
        });
      },
    );
  });

  it('takes percentiles of all workers together and never averages them', () => {
    // 900 fast requests on one worker, 100 slow ones on the other: the mean of their medians would be slow.
    const fast = routeDuration(3, Math.floor(Math.log2(0.001) * 8), [900]);
    const slow = routeDuration(3, 0, [100]);
    const { http } = api(snapshotOf([from('a', [fast]), from('b', [slow])]));
    expect(http.duration_ms.p50).toBeLessThan(1.1);
    expect(http.duration_ms.p90).toBeLessThan(1.1);
    expect(http.duration_ms.p95).toBeGreaterThan(1000);
    expect(http.duration_ms.p99).toBeLessThan(1090);
  });
});

describe('runtime', () => {
  it('takes the busiest event loop and the sum of the memory', () => {
    const { runtime } = api(snapshotOf([shopWorker('a'), shopWorker('b', 2)]));
    expect(runtime).toEqual({
      event_loop_delay_p99_ms: 24.6,
      event_loop_utilization: 0.5,
      heap_used_mb: 80,
      rss_mb: 300,
      cpu_seconds_total: 6,
      uptime_seconds: 120,
      workers: 2,
      reasons: {},
    });
  });
});

describe('figures that are not numbers', () => {
  it('are not known, rather than null without a reason', () => {
    const { runtime } = api(snapshotOf([from('a', [number('process.uptime', 'gauge', [[NaN]])])]));
    expect(runtime.uptime_seconds).toBeNull();
    expect(runtime.reasons.uptime_seconds).toBe('no process reports process.uptime');
  });

  it('because they are too large together are not known, and say so', () => {
    const cpu = number('process.cpu.time', 'counter', [[1.5e308]]);
    const { runtime } = api(snapshotOf([from('a', [cpu]), from('b', [cpu])]));
    expect(runtime.cpu_seconds_total).toBeNull();
    expect(runtime.reasons.cpu_seconds_total).toBe('it is larger than a number can be');
  });

  it('are said to be too large by name, too', () => {
    const outcomes = number('http.server.request.outcomes', 'counter', [[1.5e308, { outcome: 'ok' }]], '{request}');
    const { http } = api(snapshotOf([from('a', [outcomes]), from('b', [outcomes])]));
    expect(http.outcomes).toBeNull();
    expect(http.reasons.outcomes).toBe('it is larger than a number can be');
  });

  it('of another unit than the catalogue says are not taken for it', () => {
    const { runtime } = api(snapshotOf([from('a', [number('process.uptime', 'gauge', [[5000]], 'ms')])]));
    expect(runtime.uptime_seconds).toBeNull();
  });
});
