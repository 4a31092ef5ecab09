import type { DashboardConfig, Matchers } from '../config.ts';
import { RATES } from './recorded.ts';
import type { Scope } from '../scope.ts';
import { le } from '../series.ts';
import { quantileOf } from './quantile.ts';
import { total, totalIncrease, totalRate } from './totals.ts';

const DURATION = 'http.server.request.duration';

type Bounds = Pick<DashboardConfig, 'latencyBoundsS'>;

/** Requests a second, added up by labels: what measures of requests are made of, wherever it is from. */
export interface RequestRates {
  readonly all: (by?: string) => string;
  /** Those answered with a server error; 0 where none was. */
  readonly failed: (by?: string) => string;
  /** Those that took no longer than a bound of the histogram, in seconds. */
  readonly within: (boundS: number, by?: string) => string;
}

/**
 * Requests as the recording rules keep them, of the last five minutes, by job and route: for rules.
 *
 * @param matcher what is selected of them; all unless told
 */
export function recordedRequests({ latencyBoundsS }: Bounds, matcher?: string): RequestRates {
  const of = (series: string, ...matchers: readonly string[]): string => {
    const selected = [...matchers, ...(matcher === undefined ? [] : [matcher])];
    return selected.length === 0 ? series : `${series}{${selected.join()}}`;
  };
  return {
    all: (by) => total(of(RATES.count), by),
    failed: (by) => total(of(RATES.errors), by),
    within: (boundS, by) => total(of(RATES.buckets, `le${le(boundS, latencyBoundsS)}`), by),
  };
}

/** Requests as the applications count them. */
export function requests(
  { application, window }: Scope,
  { latencyBoundsS }: Bounds,
  matchers: Matchers = {},
): RequestRates {
  const count = (more: Matchers, by?: string): string =>
    totalRate(application(DURATION, { ...matchers, ...more }, '_count'), window, by);
  const all = (by?: string): string => count({}, by);
  return {
    all,
    failed: (by) => `(${count({ 'http.response.status_code': '=~"5.."' }, by)} or 0 * ${all(by)})`,
    within: (boundS, by) =>
      totalRate(application(DURATION, { ...matchers, le: le(boundS, latencyBoundsS) }, '_bucket'), window, by),
  };
}

/** Share of requests that were answered with a server error, 0 to 1; nothing where there were no requests. */
export function errorShare(of: RequestRates, by?: string): string {
  return `${of.failed(by)} / ${of.all(by)}`;
}

/** Share of requests that took longer than a bound of the histogram, 0 to 1; nothing where there were no requests. */
export function slowerShare(of: RequestRates, boundS: number, by?: string): string {
  // Rates of several series are not of one instant: their difference may be a little below nothing.
  return `clamp_min(1 - ${of.within(boundS, by)} / ${of.all(by)}, 0)`;
}

/** Requests a second that took longer than a bound of the histogram; all, where the histogram does not have the bound. */
export function slowerRates(of: RequestRates, boundS: number, by?: string): string {
  const all = of.all(by);
  // As above.
  return `clamp_min(${all} - (${of.within(boundS, by)} or 0 * ${all}), 0)`;
}

/** How many requests of the window took longer than a bound of the histogram; none of those that still go on. */
export function slowerRequests(
  { application, window }: Scope,
  { latencyBoundsS }: Bounds,
  boundS: number,
  by?: string,
  matchers: Matchers = {},
): string {
  const all = application(DURATION, matchers, '_count');
  const within = application(DURATION, { ...matchers, le: le(boundS, latencyBoundsS) }, '_bucket');
  return `${totalIncrease(all, window, by)} - ${totalIncrease(within, window, by)}`;
}

/** A quantile of the duration of requests, in seconds. */
export function latency(q: number, scope: Scope, by?: string, matchers?: Matchers): string {
  return quantileOf(q, DURATION, scope, by, matchers);
}

/** What the buckets of the duration of requests grow by in a second. */
export function latencyBuckets({ application, window }: Scope, matchers?: Matchers): string {
  return `rate(${application(DURATION, matchers, '_bucket')}[${window}])`;
}

/** Seconds that were spent on requests in each second: how many were in progress on average. */
export function timeSpent({ application, window }: Scope, by?: string, matchers?: Matchers): string {
  return totalRate(application(DURATION, matchers, '_sum'), window, by);
}

/** Requests a second by status code, `none` where there was no response. */
export function byStatus({ application, window }: Scope, matchers?: Matchers): string {
  const status = 'http_response_status_code';
  return `label_replace(${totalRate(application(DURATION, matchers, '_count'), window, status)}, "${status}", "none", "${status}", "")`;
}

/** Requests that are being served, by all workers together. */
export function activeRequests({ application }: Scope, by?: string): string {
  return total(application('http.server.active_requests'), by);
}
