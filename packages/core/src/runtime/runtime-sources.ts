import type { MetricSource } from '../metric-source.ts';
import { ContainerSource } from './container.ts';
import { EventLoopSource } from './event-loop.ts';
import { GarbageCollectionSource } from './garbage-collection.ts';
import { HeapSource } from './heap.ts';
import { ALONE } from './process-telling.ts';
import type { ProcessTelling } from './process-telling.ts';
import { ProcessSource } from './process.ts';

/** What is looked at every few milliseconds, and sampled once an interval. */
export interface Watched {
  look(): void;
  sample(): void;
}

/**
 * What the process says of itself. What has to be sampled is sampled by one timer, never by a reader: two readers that
 * each reset a histogram would both be wrong.
 */
export class RuntimeSources {
  readonly #eventLoop: EventLoopSource;
  readonly #garbageCollection: GarbageCollectionSource;
  readonly #heap = new HeapSource();
  readonly #container = new ContainerSource();
  readonly #telling: ProcessTelling;
  readonly #watched: Watched;
  readonly #timers: readonly NodeJS.Timeout[];
  #process: ProcessSource | undefined;

  /**
   * @param intervalMs how often to sample; the first time after a second at the most
   * @param watched looked at between two samplings
   * @param telling whether this thread tells what concerns the whole process
   * @param onHeapNearlyFull called when the heap is about to be exhausted
   */
  constructor(
    intervalMs: number,
    watched: Watched,
    telling: ProcessTelling = ALONE,
    onHeapNearlyFull: () => void = () => {},
  ) {
    this.#watched = watched;
    this.#eventLoop = new EventLoopSource(() => watched.look());
    this.#telling = telling;
    this.#garbageCollection = new GarbageCollectionSource(onHeapNearlyFull);
    const first = Math.min(900, intervalMs);
    this.#timers = [
      setTimeout(() => this.sample(), first).unref(),
      setInterval(() => this.sample(), intervalMs).unref(),
    ];
  }

  /** What this thread has to tell now. */
  get sources(): readonly MetricSource[] {
    const own = [this.#eventLoop, this.#garbageCollection, this.#heap];
    const told = this.#processSource();
    return told === undefined ? own : [...own, told, this.#container];
  }

  /** Whether the heap is about to be exhausted. */
  get heapIsNearlyFull(): boolean {
    return this.#garbageCollection.isNearlyFull;
  }

  sample(): void {
    this.#eventLoop.sample();
    this.#watched.sample();
    this.#telling.settle();
    const told = this.#processSource();
    if (told === undefined) return;
    told.sample();
    this.#container.sample();
  }

  #processSource(): ProcessSource | undefined {
    const share = this.#telling.share();
    if (share === 'nothing') this.#process = undefined;
    else this.#process ??= new ProcessSource(share === 'from-now' ? process.cpuUsage() : undefined);
    return this.#process;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#eventLoop.close();
    this.#garbageCollection.close();
  }
}
