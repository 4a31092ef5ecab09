import { SlowLogLimiter } from '@outrider/core';
import type { LogEntry, LogTarget, Observer, SpanIds } from '@outrider/core';

/** One slow query, as the log has it. It never holds a value or the text of a query. */
export interface SlowQueryEntry extends LogEntry {
  readonly msg: 'slow query';
  /** `postgresql`, `mysql`, `redis`, `mongodb` … */
  readonly system: string;
  readonly summary: string;
  readonly operation: string;
  /** Milliseconds. */
  readonly duration_ms: number;
  /** A code or the class of an error; absent if there was none. */
  readonly error_type?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  /** How many entries the rate limit left out since the one before. */
  readonly suppressed?: number;
}

/** What takes the slow queries: a function, a pino logger or a winston logger. */
export type SlowQueryLog = LogTarget<SlowQueryEntry>;

/** A slow query, before it is written. */
export interface SlowQuery {
  readonly system: string;
  readonly summary: string;
  readonly operation: string;
  readonly seconds: number;
  readonly errorType: string | undefined;
  readonly span: SpanIds | undefined;
}

/** Writes slow queries, ten a second at the most. */
export class QueryLog {
  sink: ((entry: SlowQueryEntry) => void) | undefined;
  readonly #observer: Observer;
  // Not the slow log's own: a slow database would leave no room for the requests that it makes slow.
  readonly #limiter = new SlowLogLimiter(performance.now());

  constructor(observer: Observer) {
    this.#observer = observer;
    observer.self.addLimiter(this.#limiter);
  }

  write({ system, summary, operation, seconds, errorType, span }: SlowQuery): void {
    const { sink } = this;
    const suppressed = sink && this.#limiter.admit(performance.now());
    if (sink === undefined || suppressed === undefined) return;
    this.#call(sink, {
      time: new Date().toISOString(),
      level: 'warn',
      msg: 'slow query',
      system,
      summary,
      operation,
      duration_ms: Math.round(seconds * 1e6) / 1e3,
      ...(errorType === undefined ? {} : { error_type: errorType }),
      ...span,
      ...(suppressed === 0 ? {} : { suppressed }),
    });
  }

  #call(sink: (entry: SlowQueryEntry) => unknown, entry: SlowQueryEntry): void {
    const failed = (): void => this.#observer.self.callbackFailed('log');
    try {
      const result = sink(entry);
      // A sink that writes somewhere may well be asynchronous; nobody else would hear of its rejection.
      if (result instanceof Promise) result.catch(failed);
    } catch {
      failed();
    }
  }
}
