import { getHeapStatistics } from 'node:v8';
import type { Attributes } from '../instruments/series-table.ts';
import { errorType } from './error-type.ts';
import type { Operation } from './operations.ts';
import type { SlowOperationLog } from './slow-operation.ts';

/** How an operation is timed. */
export interface TimerOptions {
  /** From how many milliseconds on it is an entry of the log `slow operation`. @default none is */
  readonly slowMs?: number | undefined;
  /**
   * Whether to record how much the heap grew meanwhile, in `operation.memory.growth`. What ran beside it is in it, and
   * where garbage was collected and the heap shrank, nothing is recorded: how much it grew is not known. Takes a microsecond.
   * @default false
   */
  readonly trackMemory?: boolean | undefined;
  /** Attributes of its duration. Of low cardinality, eight at the most. */
  readonly attributes?: Attributes | undefined;
  /** Takes the slow operations. @default the logger given to the adapter, else one JSON object a line on stderr */
  readonly log?: SlowOperationLog | undefined;
}

/** What is done with a timer that has ended. */
export interface TimerEnd {
  readonly name: string;
  readonly operation: Operation;
  readonly seconds: number;
  /** Type of the error, if it failed. */
  readonly error: string | undefined;
  /** How many bytes the heap grew, if that was asked for. */
  readonly growth: number | undefined;
  readonly options: TimerOptions;
}

/**
 * The timer of an operation that is going on. The first end counts, further ones do nothing; one that is not ended is not
 * counted at all.
 */
export class RunningTimer implements Disposable {
  readonly #name: string;
  readonly #operation: Operation | undefined;
  readonly #options: TimerOptions;
  readonly #ended: (end: TimerEnd) => void;
  readonly #heap: number | undefined;
  readonly #begun: number;
  #over = false;

  /** @param operation undefined where nothing is to be measured */
  constructor(name: string, operation: Operation | undefined, options: TimerOptions, ended: (end: TimerEnd) => void) {
    this.#name = name;
    this.#operation = operation;
    this.#options = options;
    this.#ended = ended;
    this.#heap = options.trackMemory === true ? heapUsed() : undefined;
    this.#begun = performance.now();
  }

  /** Ends it. @param error what was thrown, if it failed; it stays yours to throw */
  end(error?: unknown): void {
    if (error === undefined) this.#finish(undefined);
    else this.fail(error);
  }

  /** Ends it as failed, also where what was thrown is undefined. */
  fail(error: unknown): void {
    if (!this.#over) this.#finish(errorType(error));
  }

  /** Ends it, at the end of the block that it was declared in. A block that is left by an error does not tell which. */
  [Symbol.dispose](): void {
    this.end();
  }

  #finish(error: string | undefined): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#operation === undefined) return;
    const seconds = (performance.now() - this.#begun) / 1000;
    const growth = this.#heap === undefined ? undefined : heapUsed() - this.#heap;
    this.#ended({
      name: this.#name, operation: this.#operation, seconds, error, growth, options: this.#options,
    }); // oxfmt-ignore
  }
}

function heapUsed(): number {
  return getHeapStatistics().used_heap_size;
}
