import type { Thresholds } from '../config.ts';
import { RATES } from './recorded.ts';
import type { Scope } from '../scope.ts';
import { quantile } from './quantile.ts';
import { ROUTE, enough } from './regressions.ts';
import { total } from './totals.ts';

const RELEASE = 'job, service_version';
const RELEASE_ROUTE = `${RELEASE}, http_route`;

type Limits = Thresholds['regression'];

/** What is selected of recorded series: matchers in braces, nothing for all. */
interface Chosen {
  readonly jobs: string;
  readonly routes: string;
}

const EVERYTHING: Chosen = { jobs: '', routes: '' };

/**
 * When releases were first seen, in seconds since 1970, by application and version. Of several hosts the first one counts:
 * one that joins later sees an old release anew.
 */
export function releases({ application }: Scope, lookBack = ''): string {
  const released = application('service.release.timestamp');
  return `min by (${RELEASE}) (${lookBack === '' ? released : `min_over_time(${released}[${lookBack}])`})`;
}

/**
 * The current release of each application: the newest of those that serve requests, so that after a rollback it is the
 * one that was rolled back to; where none serves any, the newest of those that are there. Where hosts or sidecars were
 * replaced, only the last day knows when it was first seen.
 */
export function currentRelease(scope: Scope, { jobs }: Pick<Chosen, 'jobs'> = EVERYTHING): string {
  const there = `${releases(scope, '1d')} and on (${RELEASE}) ${releases(scope)}`;
  const serving = `${there} and on (${RELEASE}) ${RATES.versionCount}${jobs} > 0`;
  return `topk by (job) (1, ${serving} or on (job) ${there})`;
}

/** The release that was first seen before the current one. It may have ended within a day. */
export function previousRelease(scope: Scope, chosen: Pick<Chosen, 'jobs'> = EVERYTHING): string {
  const current = `max by (job) (${currentRelease(scope, chosen)})`;
  return `topk by (job) (1, ${releases(scope, '1d')} < on (job) group_left () ${current})`;
}

/**
 * The 95th percentile of each route in the current release, in seconds, of the last five minutes; of those that have
 * enough requests.
 */
export function p95OfCurrent(scope: Scope, limits: Limits, chosen: Chosen = EVERYTHING): string {
  const p95 = quantile(0.95, `${RATES.versionBuckets}${chosen.routes}`, RELEASE_ROUTE);
  return ofRelease(p95, currentRelease(scope, chosen), `${RATES.versionCount}${chosen.routes} >= ${enough(limits)}`);
}

/** The same of the release before it, over the last day: it may have ended, and what it did last counts. */
export function p95OfPrevious(scope: Scope, limits: Limits, chosen: Chosen = EVERYTHING): string {
  const p95 = quantile(0.95, `avg_over_time(${RATES.versionBuckets}${chosen.routes}[1d])`, RELEASE_ROUTE);
  return ofRelease(
    p95,
    previousRelease(scope, chosen),
    `max_over_time(${RATES.versionCount}${chosen.routes}[1d]) >= ${enough(limits)}`,
  );
}

/** Requests a second of each route in the current release. */
export function rateOfCurrent(scope: Scope, chosen: Chosen = EVERYTHING): string {
  return total(`${RATES.versionCount}${chosen.routes} and on (${RELEASE}) ${currentRelease(scope, chosen)}`, ROUTE);
}

/** One release has one series a route, so that its version can go: a join over it would fail where two overlap. */
function ofRelease(p95: string, release: string, busy: string): string {
  return `sum without (service_version) (${p95} and on (${RELEASE}) ${release} and on (${RELEASE_ROUTE}) ${busy})`;
}
