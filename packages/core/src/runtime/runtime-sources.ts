import type { MetricSource } from '../metric-source.ts';
import { ContainerSource } from './container.ts';
import { EventLoopSource } from './event-loop.ts';
import { GarbageCollectionSource } from './garbage-collection.ts';
import { HeapSource } from './heap.ts';
import { ProcessSource } from './process.ts';

/**
 * What the process says of itself. What has to be sampled is sampled by one timer, never by a reader: two readers that
 * each reset a histogram would both be wrong.
 */
export class RuntimeSources {
  readonly sources: readonly MetricSource[];
  readonly #eventLoop = new EventLoopSource();
  readonly #garbageCollection = new GarbageCollectionSource();
  readonly #process = new ProcessSource();
  readonly #container = new ContainerSource();
  readonly #timers: readonly NodeJS.Timeout[];

  /** @param intervalMs how often to sample; the first time after a second at the most */
  constructor(intervalMs: number) {
    this.sources = [this.#eventLoop, this.#garbageCollection, new HeapSource(), this.#process, this.#container];
    const first = Math.min(900, intervalMs);
    this.#timers = [
      setTimeout(() => this.sample(), first).unref(),
      setInterval(() => this.sample(), intervalMs).unref(),
    ];
  }

  sample(): void {
    this.#eventLoop.sample();
    this.#process.sample();
    this.#container.sample();
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#eventLoop.close();
    this.#garbageCollection.close();
  }
}
