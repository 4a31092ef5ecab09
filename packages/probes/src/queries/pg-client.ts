import { errorType } from './error-type.ts';
import type { LibraryQueries } from './library-queries.ts';
import { SqlSummaries } from './sql-summaries.ts';
import { OTHER_QUERY } from './sql-summary.ts';
import type { QuerySummary } from './sql-summary.ts';
import { currentRecorder } from './watch-queries.ts';

type Callback = (this: unknown, ...answer: unknown[]) => unknown;
type Finish = (error?: unknown) => void;

interface PgClient {
  readonly database?: unknown;
  query(...given: unknown[]): unknown;
}

/** What `query` is given, beside a text: a configuration, or something that is a query itself. */
interface PgQuery {
  readonly text?: unknown;
  readonly name?: unknown;
  callback?: unknown;
  readonly submit?: unknown;
  /** What a cursor is given away by. */
  readonly read?: unknown;
  readonly cursor?: { readonly text?: unknown };
}

const LIBRARY = { name: 'pg', system: 'postgresql', scopes: ['@opentelemetry/instrumentation-pg'] };
// As PostgreSQL takes it. A text of SQL, which some give for a name, may hold values.
const STATEMENT_NAME = /^[\w.:/-]{1,63}$/;
const OBSERVED = Symbol.for('outrider.queries.pg-client.v1');
const summaries = new SqlSummaries('standard');

/**
 * A `Client` class of pg that measures each of its queries once `watchQueries` was called. It takes what the class takes
 * and gives what it gives. A statement that has a name goes by it.
 *
 * A cursor is measured until its first rows: how long it is read from then on is the application's matter.
 *
 * @example
 * const pool = new pg.Pool({ Client: pgClient(pg.Client) });
 */
export function pgClient<Class extends new (...given: never[]) => object>(Client: Class): Class {
  if (OBSERVED in Client) return Client;
  const Base = Client as unknown as new (...given: unknown[]) => PgClient;
  class Observed extends Base {
    static readonly [OBSERVED] = true;

    override query(...given: unknown[]): unknown {
      const queries = currentRecorder()?.library(LIBRARY);
      return queries === undefined
        ? super.query(...given)
        : measure(queries, this.database, given, (...changed) => super.query(...changed));
    }
  }
  // Who prints a client is to see what it was.
  Object.defineProperty(Observed, 'name', { value: Client.name });
  return Observed as unknown as Class;
}

function measure(
  queries: LibraryQueries,
  database: unknown,
  given: readonly unknown[],
  query: (...given: unknown[]) => unknown,
): unknown {
  const begun = queries.begin();
  const namespace = typeof database === 'string' ? database : undefined;
  let over = false;
  const finish: Finish = (error) => {
    if (over) return;
    over = true;
    queries.end(begun, namespace, summaryOf(given[0]), error ? errorType(error) : undefined);
  };
  let answer: unknown;
  try {
    answer = query(...listen(given, finish));
  } catch (error) {
    // What pg throws at once was no query: it answers those by callbacks and promises.
    over = true;
    queries.drop(begun);
    throw error;
  }
  return isPromise(answer) ? follow(answer, finish) : answer;
}

// It takes the place of the promise: one more branch beside it would hide that nobody handles its rejection.
function follow(answer: Promise<unknown>, finish: Finish): Promise<unknown> {
  return answer.then(
    (result) => {
      finish();
      return result;
    },
    (error: unknown) => {
      finish(error);
      throw error;
    },
  );
}

/** What `query` is to be given for its end to be heard; a promise is followed by whoever gets it. */
function listen(given: readonly unknown[], finish: Finish): readonly unknown[] {
  const [config, ...rest] = given;
  const query = typeof config === 'object' && config !== null ? (config as PgQuery) : undefined;
  const at = rest.findIndex((argument) => typeof argument === 'function');
  if (typeof query?.submit === 'function') {
    listenToSubmittable(query, finish);
    return given;
  }
  if (at !== -1) return [config, ...rest.with(at, calling(rest[at] as Callback, finish))];
  if (typeof query?.callback !== 'function') return given;
  // On top of it, not in it: the application may use its configuration again.
  const changed = Object.create(query, {
    callback: { value: calling(query.callback as Callback, finish), writable: true, enumerable: true },
  }) as PgQuery;
  return [changed, ...rest];
}

function calling(callback: Callback, finish: Finish): Callback {
  return function called(this: unknown, ...answer) {
    finish(answer[0]);
    return Reflect.apply(callback, this, answer);
  };
}

// Its end is an event only for who listens, and a listener for errors would take them away from the application: so the
// methods that pg calls are put before its own, on this one query.
function listenToSubmittable(query: PgQuery, finish: Finish): void {
  const isCursor = typeof query.read === 'function';
  shadow(query, 'handleError', finish);
  shadow(query, 'handleReadyForQuery', () => finish());
  if (!isCursor) return;
  shadow(query, 'handlePortalSuspended', () => finish());
  shadow(query, 'handleCommandComplete', () => finish());
}

function shadow(query: object, name: string, before: Finish): void {
  const original: unknown = (query as Readonly<Record<string, unknown>>)[name];
  if (typeof original !== 'function') return;
  Object.defineProperty(query, name, {
    value: calling(original as Callback, before),
    writable: true,
    configurable: true,
  });
}

function summaryOf(config: unknown): QuerySummary {
  if (typeof config === 'string') return summaries.of(config);
  const { name, text, cursor } = (config ?? {}) as PgQuery;
  const sql = text ?? cursor?.text;
  const query = typeof sql === 'string' ? summaries.of(sql) : OTHER_QUERY;
  return typeof name === 'string' && STATEMENT_NAME.test(name) ? { summary: name, operation: query.operation } : query;
}

function isPromise(answer: unknown): answer is Promise<unknown> {
  const { then, submit } = (answer ?? {}) as { readonly then?: unknown; readonly submit?: unknown };
  return typeof then === 'function' && typeof submit !== 'function';
}
