import { getObserver } from '@outrider/core';
import type { Observer, QueueStats } from '@outrider/core';
import { checkCount, checkName } from './instrument-options.ts';

/** How background tasks are called, and how many may run at once. */
export interface TasksOptions {
  /** Unique among the queues of the process: it is their `queue.name` and `operation.name`. */
  readonly name: string;
  /** Tasks that may run at once; the others wait, in the order they came. @default no limit */
  readonly concurrency?: number | undefined;
  /** @default the observer of the process */
  readonly observer?: Observer | undefined;
}

/** Background tasks that are counted while they run and wait. */
export interface Tasks {
  /**
   * Runs a task, at once or when it is its turn. What it answers or throws is passed on untouched.
   *
   * @param task may be asynchronous
   */
  run<Result>(task: () => Result | PromiseLike<Result>): Promise<Awaited<Result>>;
}

interface Waiting {
  readonly since: number;
  readonly begin: () => void;
}

class CountedTasks implements Tasks {
  readonly #name: string;
  readonly #concurrency: number;
  readonly #observer: Observer;
  #active = 0;
  // A Set and no array: the first is taken from it in constant time, however many wait.
  readonly #waiting = new Set<Waiting>();

  constructor(name: string, concurrency: number, observer: Observer) {
    this.#name = name;
    this.#concurrency = concurrency;
    this.#observer = observer;
  }

  async run<Result>(task: () => Result | PromiseLike<Result>): Promise<Awaited<Result>> {
    if (this.#active < this.#concurrency) this.#active++;
    else await this.#turn();
    try {
      return await this.#observer.timer(this.#name, task);
    } finally {
      this.#end();
    }
  }

  stats(): QueueStats {
    // Where nothing ever waits, there is no count of it.
    if (this.#concurrency === Infinity) return { active: this.#active };
    const head = this.#first();
    return {
      active: this.#active,
      waiting: this.#waiting.size,
      concurrency: this.#concurrency,
      oldestAge: head && (performance.now() - head.since) / 1000,
    };
  }

  async #turn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add({ since: performance.now(), begin: resolve });
    await promise;
  }

  // The place of a task that ends is the next one's: it is never free in between, when another could slip in.
  #end(): void {
    const next = this.#first();
    if (next === undefined) {
      this.#active--;
      return;
    }
    this.#waiting.delete(next);
    next.begin();
  }

  #first(): Waiting | undefined {
    return this.#waiting.values().next().value;
  }
}

/**
 * Runs background tasks, and counts those that run (`queue.depth` with the state `active`) and, where `concurrency` limits
 * them, those that wait, with the age of the one that has waited the longest (`queue.oldest_age`). How long each runs is
 * in `operation.duration`, under the same name.
 *
 * @throws {OutriderError} OUTRIDER_OPTION
 * @example
 * const mails = tasks({ name: 'mails', concurrency: 4 });
 * await mails.run(async () => 'sent');
 */
export function tasks({ name, concurrency = Infinity, observer = getObserver() }: TasksOptions): Tasks {
  checkName('name', name);
  checkCount('concurrency', concurrency);
  const counted = new CountedTasks(name, concurrency, observer);
  observer.queue(() => counted.stats(), { name });
  return counted;
}
