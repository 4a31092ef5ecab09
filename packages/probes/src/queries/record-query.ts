import { isThenable } from '../thenable.ts';
import { errorType } from './error-type.ts';
import type { LibraryQueries } from './library-queries.ts';
import { currentRecorder } from './watch-queries.ts';
import { OTHER_QUERY } from './sql-summary.ts';
import type { QuerySummary } from './sql-summary.ts';

const MAX_LENGTH = 255;

/** What a query is, in words of the application's own: none of them may hold a value. */
export interface QueryDescription {
  /** `db.system.name`, such as `postgresql`, `mariadb`, `sqlite`. */
  readonly system: string;
  /** What it does, and to what: `SELECT users`, `findMany User`. The same words for the same kind of query. */
  readonly summary: string;
  /** @default the first word of the summary */
  readonly operation?: string;
  /** The database's name. */
  readonly namespace?: string;
}

/** A query that was measured. */
export interface RecordedQuery extends QueryDescription {
  readonly seconds: number;
  /** What it failed with; only a code or the class of it is told. */
  readonly error?: unknown;
}

/**
 * Records a query that somebody else has measured, for libraries that no reader knows. It does nothing unless
 * `watchQueries` was called.
 *
 * @example
 * logger.onQuery((query) => recordQuery({ system: 'sqlite', summary: 'SELECT users', seconds: query.ms / 1000 }));
 */
export function recordQuery(query: RecordedQuery): void {
  const queries = queriesOf(query);
  if (queries === undefined || !(query.seconds >= 0 && query.seconds < Infinity)) return;
  const failure = query.error === undefined ? undefined : errorType(query.error);
  queries.record(query.seconds, query.namespace, summaryOf(query), failure, undefined);
}

/**
 * Runs a query and measures it, until what it returns has settled. Its answer and its error are passed on untouched;
 * where `watchQueries` was not called, it is only run.
 *
 * @example
 * const users = await timeQuery({ system: 'postgresql', summary: 'SELECT users' }, () => sql`SELECT * FROM users`);
 */
export function timeQuery<Answer>(query: QueryDescription, run: () => PromiseLike<Answer>): Promise<Answer>;
export function timeQuery<Answer>(query: QueryDescription, run: () => Answer): Answer;
export function timeQuery(query: QueryDescription, run: () => unknown): unknown {
  const queries = queriesOf(query);
  if (queries === undefined) return run();
  const begun = queries.begin();
  const end = (failure: string | undefined): void => queries.end(begun, query.namespace, summaryOf(query), failure);
  let answer: unknown;
  try {
    answer = run();
  } catch (error) {
    end(errorType(error));
    throw error;
  }
  if (isThenable(answer)) return follow(answer, end);
  end(undefined);
  return answer;
}

// Queries of some libraries (knex, drizzle, postgres.js) are sent by each call of their `then`: it is called once, and
// what it returns is passed on.
function follow(answer: PromiseLike<unknown>, end: (failure: string | undefined) => void): PromiseLike<unknown> {
  return answer.then(
    (value) => {
      end(undefined);
      return value;
    },
    (error: unknown) => {
      end(errorType(error));
      throw error;
    },
  );
}

function queriesOf({ system }: QueryDescription): LibraryQueries | undefined {
  return currentRecorder()?.library({ name: 'recordQuery', system, scopes: [] });
}

function summaryOf({ summary, operation }: QueryDescription): QuerySummary {
  // Its answer is not to be lost for a description that is none.
  if (typeof summary !== 'string' || summary === '') return OTHER_QUERY;
  const text = summary.slice(0, MAX_LENGTH);
  return { summary: text, operation: operation ?? text.split(' ', 1)[0]! };
}
