import type { Matchers } from '../config.ts';
import type { Scope } from '../scope.ts';
import { quantileOf } from './quantile.ts';
import { shareOf, total, totalRate } from './totals.ts';

const DURATION = 'http.client.request.duration';

/** Outgoing HTTP requests a second. */
export function calls({ application, window }: Scope, by?: string, matchers?: Matchers): string {
  return totalRate(application(DURATION, matchers, '_count'), window, by);
}

/** Share of outgoing requests that failed or were answered with an error, 0 to 1; nothing where none was made. */
export function failedCalls(scope: Scope, by?: string): string {
  return shareOf(calls(scope, by, { 'error.type': '!=""' }), calls(scope, by));
}

/** A quantile of the duration of outgoing requests, in seconds. */
export function callLatency(q: number, scope: Scope, by?: string): string {
  return quantileOf(q, DURATION, scope, by);
}

/** Connections of HTTP clients in a state, such as `="active"`, those of all workers together. */
export function clientConnections({ application }: Scope, by: string, state: string): string {
  return total(application('http.client.open_connections', { 'http.connection.state': state }), by);
}
