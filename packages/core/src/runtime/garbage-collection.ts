import { PerformanceObserver, constants } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { AttributeSet, NO_ATTRIBUTES } from '../attributes.ts';
import { GC_BOUNDS } from '../bounds.ts';
import { metricDefinition } from '../catalogue.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';
import { ExplicitHistograms } from '../recorder/explicit-histograms.ts';
import { oldGenerationLimit } from './heap-limit.ts';

const DURATION = metricDefinition('v8js.gc.duration');
const FLOOR = metricDefinition('v8js.memory.heap.used_after_gc');

// The kinds of garbage collection, by the constant of node:perf_hooks, and their v8js.gc.type.
const KINDS: ReadonlyArray<readonly [number, string]> = [
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
];
const ATTRIBUTES = KINDS.map(([, type]) => new AttributeSet({ 'v8js.gc.type': type }));

/** The share of the limit from which on the heap is nearly full. */
const NEARLY_FULL = 0.8;

/** How long it is not said again that the heap is nearly full, in milliseconds. */
const QUIET_MS = 10_000;

/** Durations of garbage collections, and what is left of the heap after a major one. */
export class GarbageCollectionSource implements MetricSource {
  readonly #durations = new ExplicitHistograms(GC_BOUNDS, KINDS.length);
  readonly #observer: PerformanceObserver;
  readonly #limit: number;
  readonly #onNearlyFull: () => void;
  #usedAfterMajor: number | undefined;
  #saidAt = -Infinity;

  /**
   * @param onNearlyFull called when a major collection has left the heap nearly full, every ten seconds at the most
   * @param limit bytes that the heap may hold
   */
  constructor(
    onNearlyFull: () => void = () => {},
    limit: number = oldGenerationLimit({ execArgv: process.execArgv, environment: process.env }),
  ) {
    this.#onNearlyFull = onNearlyFull;
    this.#limit = limit;
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const kind = (entry as unknown as { detail?: { kind?: number } }).detail?.kind;
        const at = KINDS.findIndex(([constant]) => constant === kind);
        if (at === -1) continue;
        this.#durations.record(at, entry.duration / 1000);
        if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) this.#note(getHeapStatistics().used_heap_size);
      }
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Whether more than 80 % of the heap's limit was still in use after the last major collection. */
  get isNearlyFull(): boolean {
    return (this.#usedAfterMajor ?? 0) > NEARLY_FULL * this.#limit;
  }

  #note(used: number): void {
    this.#usedAfterMajor = used;
    const now = performance.now();
    if (!this.isNearlyFull || now - this.#saidAt < QUIET_MS) return;
    this.#saidAt = now;
    this.#onNearlyFull();
  }

  close(): void {
    this.#observer.disconnect();
  }

  collect(visitor: MetricVisitor): void {
    visitor.metric(DURATION);
    for (const [at, attributes] of ATTRIBUTES.entries()) {
      const { bounds, counts, sums } = this.#durations;
      visitor.histogram(attributes, bounds, counts, this.#durations.at(at), sums[at]!);
    }
    if (this.#usedAfterMajor !== undefined) {
      visitor.metric(FLOOR);
      visitor.number(NO_ATTRIBUTES, this.#usedAfterMajor);
    }
  }
}
