import { expect, vi } from 'vitest';
import { samplesOf, total } from '../acceptance/exposition.ts';
import { calmTraffic } from './calm.ts';
import { callers, customers, lockOrders, troubleDatabase, troubleSidecar } from './events.ts';
import { SHOP, config } from './live-stage.ts';
import type { LiveStage, Running } from './live-stage.ts';
import type { PastRoute } from './history.ts';

const POLL = { timeout: 20_000, interval: 200 };

/** The alerts that it is to raise: slower than before, crashed, without a connection, without its cache. */
export const RAISED: readonly string[] = [
  'LatencyRegression',
  'ReleaseRegression',
  'SlowRequests',
  'WorkerCrashed',
  'DbPoolExhausted',
  'CacheErrors',
];

// As fast as the shop is where nothing is in its way.
const PAST: readonly PastRoute[] = [
  { route: '/products/:id', rate: 8, withinS: 0.01 },
  { route: '/products', rate: 4, withinS: 0.01 },
  { route: '/orders/:id', rate: 2, withinS: 0.01 },
  { route: '/orders', rate: 2, withinS: 0.01 },
  { route: '/reports/sales', rate: 1, withinS: 0.5 },
];
// What the past is made of: each must have begun. The floor of the heap is known after a collection of garbage.
const REMEMBERED: ReadonlyArray<readonly [name: string, labels: Readonly<Record<string, string>>]> = [
  ['v8js_memory_heap_used_after_gc_bytes', {}],
  ['v8js_gc_duration_seconds_sum', {}],
  ['db_client_operation_duration_seconds_count', {}],
  ['http_client_request_duration_seconds_count', {}],
  ['cache_operations_total', { cache_result: 'hit' }],
  ['cache_operations_total', { cache_result: 'miss' }],
];
// As many requests in five minutes as it takes to compare the release with the next one.
const ENOUGH = config.thresholds.regression.minimumRequests / 300;
const COMPARABLE = `job_version_route:http_server_request_duration_seconds_count:rate5m{job="${SHOP}",service_version="1.0.0"} > ${ENOUGH}`;

/** What is under way: the first release of the shop, and what its customers do. */
export interface Calm {
  readonly shop: Running;
  readonly traffic: Disposable;
}

/** Has a shop that is well for a while, beside servers that are used, before a Prometheus that knows its past. */
export async function playCalm(stage: LiveStage): Promise<Calm> {
  const shop = await stage.startShop('1.0.0');
  using ending = new DisposableStack();
  const traffic = ending.use(calmTraffic(stage, shop));
  await vi.waitFor(async () => expect(await notBegun(stage)).toEqual([]), POLL);
  await stage.startPrometheus(PAST);
  ending.move();
  return { shop, traffic };
}

/**
 * Has everything else happen that a dashboard shows: an application that has what the shop has not, errors, a crash, a
 * release that is slower than the one before and than the weeks before, a database in trouble, pushes and callers that the
 * sidecar refuses. Traffic goes on.
 *
 * @returns what ends the traffic
 */
export async function playTrouble(stage: LiveStage, { shop, traffic }: Calm): Promise<Disposable> {
  using ending = new DisposableStack();
  {
    using _ = traffic;
    ending.use(callers(await stage.startEverything()));
    await Promise.all([troubleDatabase(stage), troubleSidecar(stage)]);
    await vi.waitFor(async () => expect(await stage.client.query(COMPARABLE)).not.toEqual([]), POLL);
  }
  await stage.end(shop, 'killed');
  ending.use(customers(await stage.startShop('1.1.0')));
  await lockOrders(stage);
  return ending.move();
}

async function notBegun(stage: LiveStage): Promise<readonly string[]> {
  const samples = samplesOf(await stage.exposition());
  return REMEMBERED.filter(([name, labels]) => total(samples, name, { ...labels, job: SHOP }) === 0).map(
    ([name]) => name,
  );
}
