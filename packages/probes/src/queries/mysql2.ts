import { errorType } from './error-type.ts';
import type { QueryRecorder } from './query-recorder.ts';
import { SqlSummaries } from './sql-summaries.ts';
import { summarizeSql } from './sql-summary.ts';
import { listenToQueries } from './traced-channel.ts';
import type { TracedQuery } from './traced-channel.ts';

interface Mysql2Query extends TracedQuery {
  /** With the values in it, where it is of `query` and there are any. */
  readonly query: string;
  readonly values?: unknown;
  readonly database?: string;
}

const LIBRARY = { name: 'mysql2', system: 'mysql', scopes: ['@opentelemetry/instrumentation-mysql2'] };

/**
 * Listens to the queries of mysql2 from 3.20 on. A query of a pool begins once it has its connection.
 *
 * Where anybody listens, mysql2 itself listens for the errors of a query that has no callback: one that the application
 * does not listen for is then no uncaught exception any more.
 */
export function listenToMysql2(recorder: QueryRecorder, onFailure: () => void): () => void {
  const queries = recorder.library(LIBRARY);
  const summaries = new SqlSummaries('mysql');
  const stops = ['mysql2:query', 'mysql2:execute'].map((channel) => {
    // Every text that the values have been written into is a new one.
    const isNew = (values: unknown): boolean => channel === 'mysql2:query' && values !== undefined;
    return listenToQueries<Mysql2Query>(
      channel,
      {
        begin: () => queries.begin(),
        end({ query, values, database, error }, begun) {
          const summary = isNew(values) ? summarizeSql(query, 'mysql') : summaries.of(query);
          queries.end(begun, database || undefined, summary, error === undefined ? undefined : errorType(error));
        },
      },
      onFailure,
    );
  });
  return () => stops.forEach((stop) => stop());
}
