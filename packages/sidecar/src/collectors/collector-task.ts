import { absentBecause } from './absent.ts';
import type { Collection, Collector, CollectorContext, CollectorFactory } from './collector.ts';

/** How the last collection of a collector ended. */
export interface Outcome {
  /** Where it failed: no metrics, and the reason for each metric that it had before. */
  readonly collection: Collection;
  readonly durationS: number;
  /** When it ended, on the context's clock. */
  readonly collectedAt: number;
  /** Why it failed. */
  readonly error?: string;
}

export interface CollectorTaskOptions {
  readonly name: string;
  readonly factory: CollectorFactory;
  readonly context: CollectorContext;
  /** Milliseconds between two calls of {@link CollectorTask.run}. */
  readonly intervalMs: () => number;
  readonly deadlineMs: number;
  readonly onOutcome: () => void;
  readonly onError: (name: string, error: Error) => void;
}

interface Attempt {
  readonly abort: AbortController;
  readonly settle: (result: Collection | Error) => void;
}

// A collector that keeps failing in the same way says so once in this time.
const REPORT_AGAIN_MS = 60_000;

/** Runs one collector, one collection at a time, each with a deadline, and keeps how the last one ended. */
export class CollectorTask {
  readonly name: string;
  readonly factory: CollectorFactory;
  readonly #options: CollectorTaskOptions;
  #collector: Collector | undefined;
  #attempt: Attempt | undefined;
  #outcome: Outcome | undefined;
  #begun: number | undefined;
  #metricNames: readonly string[] = [];
  #reported: { readonly message: string; readonly at: number } | undefined;
  #closed = false;

  constructor(options: CollectorTaskOptions) {
    this.name = options.name;
    this.factory = options.factory;
    this.#options = options;
  }

  /** `undefined` until the first collection has ended or hit its deadline. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** Milliseconds between its collections, if these are more than between two rounds. */
  get slowIntervalMs(): number | undefined {
    const intervalMs = this.#collector?.pace?.intervalMs;
    return intervalMs === undefined || intervalMs <= this.#options.intervalMs() ? undefined : intervalMs;
  }

  /** The metric that says whether what it looks at is there, if it has one. */
  get up(): Collector['up'] {
    return this.#collector?.up;
  }

  /**
   * Collects; resolves when that has ended or hit its deadline, and never rejects. Does nothing while a collection that
   * hit its deadline is still under way, since whatever it hangs on must not be asked again, and before the next
   * collection of a slower collector is due.
   */
  run(): Promise<void> {
    const { context } = this.#options;
    const begun = context.clock();
    if (this.#closed || this.#attempt !== undefined || !this.#isDue(begun)) return Promise.resolve();
    this.#begun = begun;
    const collector = this.#make();
    const deadlineMs =
      (collector instanceof Error ? undefined : collector.pace?.deadlineMs) ?? this.#options.deadlineMs;
    const { promise, resolve } = Promise.withResolvers<void>();
    const abort = new AbortController();
    const deadline = setTimeout(() => {
      const error = new Error(`timed out after ${deadlineMs} ms`);
      attempt.settle(error);
      abort.abort(error);
    }, deadlineMs);
    // Whoever awaits the first round waits for its end; later ones must not keep the process alive.
    if (this.#outcome !== undefined) deadline.unref();
    let settled = false;
    const attempt: Attempt = {
      abort,
      settle: (result) => {
        if (settled) return;
        settled = true;
        clearTimeout(deadline);
        if (!this.#closed) this.#keep(result, begun);
        resolve();
      },
    };
    this.#attempt = attempt;
    void collectWith(collector, abort.signal)
      .then(attempt.settle, (error: unknown) => attempt.settle(asError(error)))
      .finally(() => {
        this.#attempt = undefined;
      });
    return promise;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const reason = new Error('closed');
    this.#attempt?.settle(reason);
    this.#attempt?.abort.abort(reason);
    try {
      this.#collector?.close?.();
    } catch (error) {
      this.#report(asError(error), this.#options.context.clock());
    }
  }

  // Rounds do not come to the millisecond: the one that is nearest to when a collection is due counts.
  #isDue(now: number): boolean {
    const { slowIntervalMs } = this;
    if (slowIntervalMs === undefined || this.#begun === undefined) return true;
    return now - this.#begun > slowIntervalMs - this.#options.intervalMs() / 2;
  }

  #make(): Collector | Error {
    try {
      return (this.#collector ??= this.#options.factory(this.#options.context));
    } catch (error) {
      return asError(error);
    }
  }

  #keep(result: Collection | Error, begun: number): void {
    const collectedAt = this.#options.context.clock();
    const durationS = Math.max(0, collectedAt - begun) / 1000;
    if (result instanceof Error) {
      const reason = `the collector ${this.name} failed: ${result.message}`;
      const collection = { metrics: [], absent: absentBecause(this.#metricNames, reason) };
      this.#outcome = { collection, durationS, collectedAt, error: result.message };
      this.#report(result, collectedAt);
    } else {
      this.#metricNames = [...result.metrics.map(({ name }) => name), ...Object.keys(result.absent ?? {})];
      this.#outcome = { collection: result, durationS, collectedAt };
    }
    this.#options.onOutcome();
  }

  #report(error: Error, at: number): void {
    const last = this.#reported;
    if (last?.message === error.message && at - last.at < REPORT_AGAIN_MS) return;
    this.#reported = { message: error.message, at };
    try {
      this.#options.onError(this.name, error);
    } catch {
      // A reporter that fails has nobody to report to, and must not stop the collecting.
    }
  }
}

// async, so that what a collector throws at once is a rejection as well.
async function collectWith(collector: Collector | Error, signal: AbortSignal): Promise<Collection> {
  if (collector instanceof Error) throw collector;
  return collector.collect(signal);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
