import type { Thresholds } from '../config.ts';
import { BASELINES, RATES, RATE_WINDOW_S, baseline } from './recorded.ts';
import type { Baseline, CHOSEN_BASELINE } from './recorded.ts';
import { quantile } from './quantile.ts';

/** What tells one route from another. */
export const ROUTE = 'job, http_route';

/** A fixed baseline, as rules have it, or the one that is chosen at the top of a dashboard. */
export type Before = Baseline | typeof CHOSEN_BASELINE;

type Limits = Thresholds['regression'];

/** Requests a second that it takes to compare routes. */
export function enough({ minimumRequests }: Limits): number {
  return minimumRequests / RATE_WINDOW_S;
}

/**
 * The 95th percentile of each route, in seconds, of the last five minutes.
 *
 * @param of a selector's matchers in braces; none for all routes
 */
export function p95Now(of = ''): string {
  return quantile(0.95, `${RATES.buckets}${of}`, ROUTE);
}

/** The 95th percentile of each route as it was, in seconds, over an hour of a day or a week ago. */
export function p95Before(ago: Before, of = ''): string {
  return quantile(0.95, `${baseline('buckets', ago)}${of}`, ROUTE);
}

/** The times of routes that had enough requests then. */
export function comparableBefore(limits: Limits, ago: Before, of = ''): string {
  return `${p95Before(ago, of)} and on (${ROUTE}) ${baseline('count', ago)}${of} >= ${enough(limits)}`;
}

/** Keeps of an expression by route what had enough requests both now and then. */
export function comparable(expr: string, limits: Limits, ago: Before, of = ''): string {
  const now = `${RATES.count}${of} >= ${enough(limits)}`;
  const then = `${baseline('count', ago)}${of} >= ${enough(limits)}`;
  return `${expr} and on (${ROUTE}) (${now}) and on (${ROUTE}) (${then})`;
}

/** The larger one of what was a day and a week ago; what is known of only one of them is that one. */
export function slowerBaseline(limits: Limits): string {
  const [day, week] = BASELINES.map((ago) => comparableBefore(limits, ago));
  return `(${day}) > (${week}) or (${week}) or (${day})`;
}

/**
 * How many times slower routes are: those that are so by both the ratio and the difference that it takes, with the labels
 * that they have now.
 */
export function slower({ ratio, differenceS }: Limits, now: string, before: string): string {
  return (
    `(${now} / on (${ROUTE}) group_left () (${before}) > ${ratio})` +
    ` and on (${ROUTE}) (${now} - on (${ROUTE}) (${before}) > ${differenceS})`
  );
}

/** How many times slower routes are than they were: the regressed ones with enough requests. */
export function regressed(limits: Limits, before: string, of = ''): string {
  return `${slower(limits, p95Now(of), before)} and on (${ROUTE}) ${RATES.count}${of} >= ${enough(limits)}`;
}

/**
 * Seconds that clients wait longer in each second than they would have: the mean's difference, for each request. It
 * ranks routes by what a regression costs, where a ratio ranks a rarely called one first. Negative where it got faster.
 */
export function secondsLost(ago: Before, of = ''): string {
  const meanBefore = `(${baseline('sum', ago)}${of} / on (${ROUTE}) ${baseline('count', ago)}${of})`;
  return `${RATES.sum}${of} - on (${ROUTE}) ${RATES.count}${of} * on (${ROUTE}) ${meanBefore}`;
}

/**
 * What an expression was a day or a week ago. A subquery of one point: an offset belongs to a selector, and this puts
 * one measure, whatever selectors are in it, at two times.
 */
export function thenOf(expr: string, ago: Before): string {
  return `last_over_time((${expr})[$__interval:$__interval] offset ${ago})`;
}
