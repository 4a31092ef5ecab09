import type { DashboardConfig, Thresholds } from '../config.ts';
import { SLO_FAILED, sloAll, sloBad } from './recorded.ts';
import type { Scope } from '../scope.ts';
import { requests } from './requests.ts';

const HOURS_A_DAY = 24;

type Objective = Thresholds['slo'];

/** One speed at which an error budget may burn: a long window that says so, and a short one that says it still does. */
export interface Burn {
  readonly long: string;
  readonly short: string;
  readonly hours: number;
  /** Share of the budget that is gone after the long window. */
  readonly budget: number;
  readonly severity: 'critical' | 'warning';
  readonly for: string;
}

/** https://sre.google/workbook/alerting-on-slos/ — 2 % of a month's budget in an hour, 5 % in six, 10 % in a day and in three. */
export const BURNS: readonly Burn[] = [
  { long: '1h', short: '5m', hours: 1, budget: 0.02, severity: 'critical', for: '2m' },
  { long: '6h', short: '30m', hours: 6, budget: 0.05, severity: 'critical', for: '15m' },
  { long: '1d', short: '2h', hours: 24, budget: 0.1, severity: 'warning', for: '1h' },
  { long: '3d', short: '6h', hours: 72, budget: 0.1, severity: 'warning', for: '3h' },
];

/** The alert that fires at that speed. */
export function burnAlert({ severity }: Burn): string {
  return severity === 'critical' ? 'ErrorBudgetBurnPage' : 'ErrorBudgetBurnTicket';
}

/** How many times faster than the period allows a budget burns at that speed; 1 uses it up just at the period's end. */
export function burnFactor({ budget, hours }: Burn, { periodDays }: Objective): number {
  return Number(((budget * periodDays * HOURS_A_DAY) / hours).toFixed(9));
}

/** Share of requests that may be bad, such as 0.001 for an objective of 99.9 %. */
export function allowedShare({ objective }: Objective): number {
  return Number((1 - objective).toFixed(9));
}

/** The window that the error budget is for, such as `30d`. */
export function period({ periodDays }: Objective): string {
  return `${periodDays}d`;
}

/**
 * Requests a second that are not good, 0 where all are: slow ones, and those with a server error however fast. Nothing of
 * those whose histogram lacks the bound, of which nobody knows.
 *
 * @throws {Error} if the objective's latency is no bound of the histogram
 */
export function badRequests(scope: Scope, config: DashboardConfig, by: string): string {
  const { latencyS } = config.thresholds.slo;
  const { all, within } = requests(scope, config);
  const good = requests(scope, config, { 'http.response.status_code': '!~"5.."' }).within(latencyS, by);
  return `clamp_min(${all(by)} - (${good} or 0 * ${within(latencyS, by)}), 0)`;
}

/**
 * Share of bad requests in a recorded window, by application. Both sides are averages of the same rates, so that each
 * request weighs alike, however many came with it.
 *
 * @param of a selector's matchers in braces; none for every application
 */
export function badShare(window: string, of = ''): string {
  return `${sloBad(window)}${of} / ${sloAll(window)}${of}`;
}

/** How many times faster than allowed the budget burns in a recorded window. */
export function burnRate(window: string, objective: Objective, of = ''): string {
  return `${badShare(window, of)} / ${allowedShare(objective)}`;
}

/** Share of the period's error budget that is left: 1 of an untouched one, negative once it is overdrawn. */
export function budgetLeft(objective: Objective, of = ''): string {
  return `1 - ${burnRate(period(objective), objective, of)}`;
}

/**
 * Seconds that what is left of the budget lasts if it burns on as in a recorded window; nothing where it does not burn,
 * or where none is left.
 */
export function budgetLasts(window: string, objective: Objective, of = ''): string {
  const seconds = objective.periodDays * HOURS_A_DAY * 3600;
  return `(${budgetLeft(objective, of)} > 0) * ${seconds} / (${burnRate(window, objective, of)} > 0)`;
}

/** Share of requests that failed, of the last five minutes; the other bad ones were too slow. */
export function failedShare(of = ''): string {
  return `${SLO_FAILED}${of} / ${sloAll('5m')}${of}`;
}

/** Share of requests that were too slow and did not fail, of the last five minutes. */
export function slowShare(of = ''): string {
  return `clamp_min((${sloBad('5m')}${of} - ${SLO_FAILED}${of}) / ${sloAll('5m')}${of}, 0)`;
}
