import type { Thresholds } from '../config.ts';
import { DAY_OF_RELEASES, RATES } from './recorded.ts';
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
 * The current release of each application: the newest of those that serve enough requests to be compared. A few of a probe,
 * of a canary, or of what is being drained do not make it one: after a rollback it is the one that was rolled back to.
 * Where none has enough it is the newest that serves any, or that is there. Where hosts or sidecars were replaced, only
 * the last day knows when it was first seen.
 */
export function currentRelease(scope: Scope, limits: Limits, { jobs }: Pick<Chosen, 'jobs'> = EVERYTHING): string {
  const there = `${releases(scope, '1d')} and on (${RELEASE}) ${releases(scope)}`;
  const served = `${RATES.versionCount}${jobs}`;
  const choices = [
    `${there} and on (${RELEASE}) ${served} >= ${enough(limits)}`,
    `${there} and on (${RELEASE}) ${served} > 0`,
    there,
  ];
  return `topk by (job) (1, ${choices.join(' or on (job) ')})`;
}

/** The release that was first seen before the current one. It may have ended within a day. */
export function previousRelease(scope: Scope, limits: Limits, chosen: Pick<Chosen, 'jobs'> = EVERYTHING): string {
  const current = `max by (job) (${currentRelease(scope, limits, chosen)})`;
  return `topk by (job) (1, ${releases(scope, '1d')} < on (job) group_left () ${current})`;
}

/**
 * The 95th percentile of each route in the current release, in seconds, of the last five minutes, with the release; of
 * those that have enough requests.
 */
export function p95OfCurrent(scope: Scope, limits: Limits, chosen: Chosen = EVERYTHING): string {
  const p95 = quantile(0.95, `${RATES.versionBuckets}${chosen.routes}`, RELEASE_ROUTE);
  const busy = `${RATES.versionCount}${chosen.routes} >= ${enough(limits)}`;
  return ofRelease(p95, currentRelease(scope, limits, chosen), busy);
}

/** The same of the release before it, over the last day: it may have ended, and what it did last counts. */
export function p95OfPrevious(scope: Scope, limits: Limits, chosen: Chosen = EVERYTHING): string {
  const p95 = quantile(0.95, `${DAY_OF_RELEASES.buckets}${chosen.routes}`, RELEASE_ROUTE);
  const busy = `${DAY_OF_RELEASES.mostRequests}${chosen.routes} >= ${enough(limits)}`;
  return ofRelease(p95, previousRelease(scope, limits, chosen), busy);
}

/** Requests a second of each route in the current release. */
export function rateOfCurrent(scope: Scope, limits: Limits, { jobs, routes }: Chosen = EVERYTHING): string {
  return total(`${RATES.versionCount}${routes} and on (${RELEASE}) ${currentRelease(scope, limits, { jobs })}`, ROUTE);
}

/** By route alone. Of one release each route has one series, so that its version can go. */
export function byRoute(ofOneRelease: string): string {
  return `sum without (service_version) (${ofOneRelease})`;
}

function ofRelease(p95: string, release: string, busy: string): string {
  return `(${p95} and on (${RELEASE}) ${release} and on (${RELEASE_ROUTE}) ${busy})`;
}
