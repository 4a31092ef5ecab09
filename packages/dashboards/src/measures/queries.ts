import type { Matchers } from '../config.ts';
import type { Scope } from '../scope.ts';
import { quantileOf } from './quantile.ts';
import { shareOf, totalRate } from './totals.ts';

/** What tells one kind of query from another. */
const QUERY = 'job, db_system_name, db_query_summary';

const DURATION = 'db.client.operation.duration';

/** Queries a second. */
export function queryRate({ application, window }: Scope, by: string = QUERY, matchers?: Matchers): string {
  return totalRate(application(DURATION, matchers, '_count'), window, by);
}

/** Queries a second that failed; nothing where none ever has. */
export function failedQueryRate(scope: Scope, by: string): string {
  return queryRate(scope, by, { 'error.type': '!=""' });
}

/** Share of the queries that failed, 0 to 1; nothing where there were none. */
export function failedQueryRatio(scope: Scope, by = 'job, db_system_name'): string {
  return shareOf(failedQueryRate(scope, by), queryRate(scope, by));
}

/** A quantile of the seconds that queries take. */
export function queryTime(q: number, scope: Scope, by: string = QUERY): string {
  return quantileOf(q, DURATION, scope, by);
}

/** The mean of the seconds that queries take. */
export function meanQueryTime(scope: Scope): string {
  return `${secondsInQueries(scope, QUERY)} / ${queryRate(scope)}`;
}

/** Share of the time that an application spends on all of its queries which it spends on these, 0 to 1. */
export function queryTimeShare(scope: Scope): string {
  return `${secondsInQueries(scope, QUERY)} / on (job) group_left () ${secondsInQueries(scope, 'job')}`;
}

/** Queries a second that took longer than the application's `slowMs`. */
export function slowQueryRate({ application, window }: Scope): string {
  return totalRate(application('db.client.slow_queries'), window, QUERY);
}

function secondsInQueries({ application, window }: Scope, by: string): string {
  return totalRate(application(DURATION, {}, '_sum'), window, by);
}
