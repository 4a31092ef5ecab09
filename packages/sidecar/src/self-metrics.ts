import { numbers } from './collectors/collector.ts';
import type { Metric } from './metric.ts';
import { OMISSION_REASONS } from './outlets/exposition.ts';
import type { OmissionReason } from './outlets/exposition.ts';
import type { ExpositionCost } from './outlets/outlet.ts';
import { DROP_REASONS, SLOW_REQUEST_DROP_REASONS } from './receivers/decoded.ts';
import type { DropReason, SlowRequestDropReason } from './receivers/decoded.ts';
import type { ReceivedRequest } from './receivers/otlp-http.ts';
import type { StoreView } from './store/store.ts';

/** What the sidecar counts about itself: what came in, what was dropped and why, and what it costs. */
export class SelfMetrics {
  readonly #seriesLimit: () => number;
  readonly #requests = new Map<string, { readonly encoding: string; readonly result: string; count: number }>();
  // Each reason from the start, with 0: `increase()` sees nothing of what a series begins with.
  readonly #dropped = none<DropReason>(DROP_REASONS);
  readonly #slowRequestsDropped = none<SlowRequestDropReason>(SLOW_REQUEST_DROP_REASONS);
  #stored = 0;
  readonly #omitted = none<OmissionReason>(OMISSION_REASONS);
  #exposition: ExpositionCost | undefined;

  constructor(seriesLimit: () => number) {
    this.#seriesLimit = seriesLimit;
  }

  received({ encoding, result, stored, dropped, slowRequestsDropped }: ReceivedRequest): void {
    const key = JSON.stringify([encoding, result]);
    const requests = this.#requests.get(key) ?? { encoding, result, count: 0 };
    requests.count += 1;
    this.#requests.set(key, requests);
    this.#stored += stored;
    add(this.#dropped, dropped);
    if (slowRequestsDropped !== undefined) add(this.#slowRequestsDropped, slowRequestsDropped);
  }

  written(cost: ExpositionCost): void {
    this.#exposition = cost;
    add(this.#omitted, cost.omitted);
  }

  read(store: StoreView): readonly Metric[] {
    const dropped = [...this.#dropped.values()].reduce((total, points) => total + points, 0);
    const { user, system } = process.cpuUsage();
    const metrics = [
      numbers(
        'outrider.receiver.requests',
        [...this.#requests.values()].map(({ encoding, result, count }) => [count, { encoding, result }]),
      ),
      numbers('outrider.receiver.points', [
        [this.#stored, { result: 'stored' }],
        [dropped, { result: 'dropped' }],
      ]),
      numbers(
        'outrider.receiver.dropped',
        [...this.#dropped, ...this.#slowRequestsDropped].map(([reason, count]) => [count, { reason }]),
      ),
      numbers('outrider.store.series', [[store.series]]),
      numbers('outrider.store.series.limit', [[this.#seriesLimit()]]),
      numbers('outrider.store.sessions', [[store.live]]),
      numbers('outrider.cpu.time', [
        [user / 1e6, { 'cpu.mode': 'user' }],
        [system / 1e6, { 'cpu.mode': 'system' }],
      ]),
      numbers(
        'outrider.exposition.omitted',
        [...this.#omitted].map(([reason, count]) => [count, { reason }]),
      ),
      numbers('outrider.memory.usage', [[process.memoryUsage.rss()]]),
    ];
    if (this.#exposition !== undefined) {
      metrics.push(
        numbers('outrider.exposition.duration', [[this.#exposition.seconds]]),
        numbers('outrider.exposition.size', [[this.#exposition.bytes]]),
      );
    }
    return metrics.filter(({ points }) => points.length > 0);
  }
}

function none<Reason>(reasons: readonly Reason[]): Map<Reason, number> {
  return new Map(reasons.map((reason) => [reason, 0]));
}

function add<Reason>(to: Map<Reason, number>, counts: ReadonlyMap<Reason, number>): void {
  for (const [reason, count] of counts) to.set(reason, (to.get(reason) ?? 0) + count);
}
