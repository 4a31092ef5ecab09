import type { Matchers } from '../config.ts';
import type { Scope } from '../scope.ts';
import { shareOf, total, totalRate } from './totals.ts';

/** Tasks of queues in a state, such as `="waiting"`. */
export function queued({ application }: Scope, state: string, by?: string): string {
  return total(application('queue.depth', { 'queue.state': state }), by);
}

/** How long the task has waited that has waited longest, in seconds; nothing where none waits. */
export function oldestTask({ application }: Scope, by = ''): string {
  const age = application('queue.oldest_age');
  return by === '' ? `max(${age})` : `max by (${by}) (${age})`;
}

/** Circuit breakers, one a worker, that are in a state such as `!="closed"`. */
export function breakersIn({ application }: Scope, state: string, by?: string): string {
  return total(application('breaker.state', { 'breaker.state': state }), by);
}

/** Calls through circuit breakers a second by result, such as `="success"`. */
export function breakerCalls({ application, window }: Scope, result: string, by?: string): string {
  return totalRate(application('breaker.calls', { 'breaker.result': result }), window, by);
}

/** Share of calls through a circuit breaker that failed, timed out or were rejected, 0 to 1. */
export function failedBreakerCalls(scope: Scope, by?: string): string {
  // A fallback is no result of its own: it comes beside the one that led to it.
  const all = breakerCalls(scope, '!="fallback"', by);
  return shareOf(breakerCalls(scope, '=~"failure|timeout|rejected"', by), all);
}

/** Timed operations a second. */
export function operations({ application, window }: Scope, by?: string, matchers?: Matchers): string {
  return totalRate(application('operation.duration', matchers, '_count'), window, by);
}

/** Share of timed operations that failed, 0 to 1; nothing where none was done. */
export function failedOperations(scope: Scope, by?: string): string {
  return shareOf(operations(scope, by, { 'error.type': '!=""' }), operations(scope, by));
}

/** Share of requests through a deduplication that got the answer of another one, 0 to 1. */
export function sharedRequests({ application, window }: Scope, by?: string): string {
  const rate = (result: string): string =>
    totalRate(application('dedup.requests', { 'dedup.result': result }), window, by);
  return `${rate('="shared"')} / ${rate('=~"unique|shared"')}`;
}
