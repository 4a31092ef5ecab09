import type { Thresholds } from '../config.ts';
import { RATES } from './recorded.ts';
import type { Scope } from '../scope.ts';
import { quantile } from './quantile.ts';
import { ROUTE, enough } from './regressions.ts';
import { total } from './totals.ts';

const RELEASE = 'job, service_version';
const RELEASE_ROUTE = `${RELEASE}, http_route`;

type Limits = Thresholds['regression'];

/**
 * When releases were first seen, in seconds since 1970, by application and version. Of several hosts the first one counts:
 * one that joins later sees an old release anew.
 */
export function releases({ application }: Scope, lookBack = ''): string {
  const released = application('service.release.timestamp');
  return `min by (${RELEASE}) (${lookBack === '' ? released : `min_over_time(${released}[${lookBack}])`})`;
}

/**
 * The newest release of each application, of those that are there. Where hosts or sidecars were replaced, only the last
 * day knows when it was first seen.
 */
export function newestRelease(scope: Scope): string {
  return `topk by (job) (1, ${releases(scope, '1d')} and on (${RELEASE}) ${releases(scope)})`;
}

/** The newest release of those that are not the newest. It may have ended within a day. */
export function previousRelease(scope: Scope): string {
  return `topk by (job) (1, ${releases(scope, '1d')} unless on (${RELEASE}) ${newestRelease(scope)})`;
}

/**
 * The 95th percentile of each route in the newest release, in seconds, of the last five minutes; of those that have
 * enough requests.
 *
 * @param of a selector's matchers in braces; none for all routes
 */
export function p95OfNewest(scope: Scope, limits: Limits, of = ''): string {
  const p95 = quantile(0.95, `${RATES.versionBuckets}${of}`, RELEASE_ROUTE);
  return ofRelease(p95, newestRelease(scope), `${RATES.versionCount}${of} >= ${enough(limits)}`);
}

/** The same of the release before it, over the last day: it may have ended, and what it did last counts. */
export function p95OfPrevious(scope: Scope, limits: Limits, of = ''): string {
  const p95 = quantile(0.95, `avg_over_time(${RATES.versionBuckets}${of}[1d])`, RELEASE_ROUTE);
  return ofRelease(p95, previousRelease(scope), `max_over_time(${RATES.versionCount}${of}[1d]) >= ${enough(limits)}`);
}

/** Requests a second of each route in the newest release. */
export function rateOfNewest(scope: Scope, of = ''): string {
  return total(`${RATES.versionCount}${of} and on (${RELEASE}) ${newestRelease(scope)}`, ROUTE);
}

/** One release has one series a route, so that its version can go: a join over it would fail where two overlap. */
function ofRelease(p95: string, release: string, busy: string): string {
  return `sum without (service_version) (${p95} and on (${RELEASE}) ${release} and on (${RELEASE_ROUTE}) ${busy})`;
}
