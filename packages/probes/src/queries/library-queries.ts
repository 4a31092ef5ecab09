import { activeSpanIds } from '@outrider/core';
import type { SpanIds, Wait } from '@outrider/core';
import type { QueryLibrary, QueryRecorder } from './query-recorder.ts';
import { OTHER } from './sql-summary.ts';
import type { QuerySummary } from './sql-summary.ts';
import { StepBack } from './step-back.ts';

const ERROR_TYPES = 20;

/** A query that has begun. */
export interface BegunQuery {
  /** Monotonic milliseconds. */
  readonly at: number;
  /** Whose time it is. */
  readonly wait: Wait | undefined;
  /** Taken at the start: where a query ends, its caller's context may be gone. */
  readonly span: SpanIds | undefined;
}

/** Series of one summary in one database. */
interface Series {
  readonly query: QuerySummary;
  readonly namespace: string | undefined;
  readonly ok: number;
  /** -1 until one was slow: a counter is told from when it is asked for. */
  slow: number;
  errors: Map<string, number> | undefined;
}

/** Records the queries of one library. */
export class LibraryQueries {
  readonly #recorder: QueryRecorder;
  readonly #library: QueryLibrary;
  readonly #durations: StepBack;
  readonly #series = new Map<string | undefined, Map<string, Series>>();

  constructor(recorder: QueryRecorder, library: QueryLibrary) {
    this.#recorder = recorder;
    this.#library = library;
    this.#durations = new StepBack(recorder.durations, library.name, library.scopes);
  }

  /** A query begins: called within its caller's call, so that the time is attributed to the right request. */
  begin(): BegunQuery {
    return { at: performance.now(), wait: this.#recorder.observer.attribution.begin('query'), span: activeSpanIds() };
  }

  /** It has ended, now. */
  end(begun: BegunQuery, namespace: string | undefined, query: QuerySummary, errorType: string | undefined): void {
    begun.wait?.end();
    this.record((performance.now() - begun.at) / 1000, namespace, query, errorType, begun.span);
  }

  /** It has been given up: its time is nobody's. */
  drop(begun: BegunQuery): void {
    begun.wait?.end();
  }

  /** Records a query of which the time is known. */
  record(
    seconds: number,
    namespace: string | undefined,
    query: QuerySummary,
    errorType: string | undefined,
    span: SpanIds | undefined,
  ): void {
    const series = this.#find(namespace, query);
    this.#durations.record(errorType === undefined ? series.ok : this.#failed(series, errorType), seconds);
    const recorder = this.#recorder;
    if (seconds < recorder.slowSeconds) return;
    const { system } = this.#library;
    if (series.slow === -1) {
      series.slow = recorder.slowQueries.series({
        'db.system.name': system,
        'db.query.summary': series.query.summary,
      });
    }
    recorder.slow(series.slow, system, series.query, seconds, errorType, span);
  }

  #find(namespace: string | undefined, query: QuerySummary): Series {
    return this.#series.get(namespace)?.get(query.summary) ?? this.#add(namespace, query);
  }

  // Asked for under the names that are admitted: what is beyond the limits is added to one series, and to no map.
  #add(given: string | undefined, asked: QuerySummary): Series {
    const namespace = this.#recorder.admitNamespace(given);
    const query = this.#recorder.admitSummary(this.#library.system, asked);
    let bySummary = this.#series.get(namespace);
    if (bySummary === undefined) this.#series.set(namespace, (bySummary = new Map()));
    let series = bySummary.get(query.summary);
    if (series === undefined) {
      const ok = this.#recorder.durations.series(this.#attributes(namespace, query));
      series = { query, namespace, ok, slow: -1, errors: undefined };
      bySummary.set(query.summary, series);
    }
    return series;
  }

  #failed(series: Series, errorType: string): number {
    series.errors ??= new Map();
    const known = series.errors.get(errorType);
    if (known !== undefined) return known;
    const told = series.errors.size < ERROR_TYPES ? errorType : OTHER;
    const attributes = { ...this.#attributes(series.namespace, series.query), 'error.type': told };
    const number = this.#recorder.durations.series(attributes);
    series.errors.set(told, number);
    return number;
  }

  #attributes(namespace: string | undefined, { summary, operation }: QuerySummary): Record<string, string | undefined> {
    return {
      'db.system.name': this.#library.system,
      'db.namespace': namespace,
      'db.operation.name': operation,
      'db.query.summary': summary,
    };
  }
}
