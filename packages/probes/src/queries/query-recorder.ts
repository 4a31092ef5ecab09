import { HistogramMetric, NumberMetric, OPERATION_BOUNDS } from '@outrider/core';
import type { Observer, SpanIds } from '@outrider/core';
import { metricDefinition } from '@outrider/core/catalogue';
import { LibraryQueries } from './library-queries.ts';
import { QueryLog } from './query-log.ts';
import { OTHER } from './sql-summary.ts';
import type { QuerySummary } from './sql-summary.ts';

const SUMMARIES = 200;
const NAMESPACES = 20;
const LIBRARIES = 50;
/** A summary has several series where it is used in several databases, and for each of its errors. */
const DURATIONS = 300;

/** Which library's queries they are. */
export interface QueryLibrary {
  /** Its name. */
  readonly name: string;
  /** `db.system.name` of the semantic conventions. */
  readonly system: string;
  /** The OpenTelemetry scopes that may record the durations of its queries. */
  readonly scopes: readonly string[];
}

/** Durations of the queries of a process, and its slow ones. */
export class QueryRecorder {
  readonly observer: Observer;
  readonly log: QueryLog;
  readonly durations: HistogramMetric;
  readonly slowQueries: NumberMetric;
  /** From how many seconds on a query is slow. */
  slowSeconds: number = Infinity;
  readonly #libraries = new Map<string, LibraryQueries>();
  readonly #summaries = new Set<string>();
  readonly #namespaces = new Set<string>();

  constructor(observer: Observer) {
    this.observer = observer;
    this.log = new QueryLog(observer);
    const { budget } = observer;
    this.durations = new HistogramMetric(
      metricDefinition('db.client.operation.duration'),
      OPERATION_BOUNDS,
      budget,
      DURATIONS,
    );
    this.slowQueries = new NumberMetric(metricDefinition('db.client.slow_queries'), budget, SUMMARIES);
    observer.addSource(this.durations);
    observer.addSource(this.slowQueries);
  }

  /** Where the queries of a library are recorded. */
  library(library: QueryLibrary): LibraryQueries {
    const key = `${library.name} ${library.system}`;
    const known = this.#libraries.get(key);
    if (known !== undefined) return known;
    // A system that an application makes up anew each time is none.
    if (this.#libraries.size >= LIBRARIES && library.system !== OTHER)
      return this.library({ ...library, system: OTHER });
    const made = new LibraryQueries(this, library);
    this.#libraries.set(key, made);
    return made;
  }

  /** The summary; beyond two hundred of a process, the one of all others. */
  admitSummary(system: string, query: QuerySummary): QuerySummary {
    if (admit(this.#summaries, `${system} ${query.summary}`, SUMMARIES)) return query;
    return { summary: OTHER, operation: OTHER };
  }

  /** The database's name; beyond twenty of a process, `_OTHER`. */
  admitNamespace(namespace: string | undefined): string | undefined {
    if (namespace === undefined) return undefined;
    return admit(this.#namespaces, namespace, NAMESPACES) ? namespace : OTHER;
  }

  /** A query took longer than is good. */
  slow(series: number, system: string, query: QuerySummary, seconds: number, errorType?: string, span?: SpanIds): void {
    this.slowQueries.add(series, 1);
    this.log.write({ system, ...query, seconds, errorType, span });
  }
}

function admit(known: Set<string>, value: string, limit: number): boolean {
  if (known.has(value)) return true;
  if (known.size >= limit) return false;
  known.add(value);
  return true;
}
