import type { DashboardConfig } from '../config.ts';
import { sloAll, sloBad } from './recording.ts';
import type { AlertRule, Severity } from './rule.ts';
import { percent } from './text.ts';

/** One speed at which an error budget may burn: a long window that says so, and a short one that says it still does. */
interface Burn {
  readonly long: string;
  readonly short: string;
  readonly hours: number;
  /** Share of the budget that is gone after the long window. */
  readonly budget: number;
  readonly severity: Severity;
  readonly for: string;
}

// https://sre.google/workbook/alerting-on-slos/ — 2 % of a month's budget in an hour, 5 % in six, 10 % in a day and in three.
const BURNS: readonly Burn[] = [
  { long: '1h', short: '5m', hours: 1, budget: 0.02, severity: 'critical', for: '2m' },
  { long: '6h', short: '30m', hours: 6, budget: 0.05, severity: 'critical', for: '15m' },
  { long: '1d', short: '2h', hours: 24, budget: 0.1, severity: 'warning', for: '1h' },
  { long: '3d', short: '6h', hours: 72, budget: 0.1, severity: 'warning', for: '3h' },
];

/**
 * The error budget's burn rates in several windows.
 *
 * @throws {Error} if a burn rate times the budget is above 1: such a rule could never fire
 */
export function sloAlerts({ thresholds, evaluationIntervalS }: DashboardConfig): readonly AlertRule[] {
  const { objective, periodDays, minimumBad } = thresholds.slo;
  return BURNS.map(({ long, short, hours, budget, severity, for: pending }) => {
    const factor = (budget * periodDays * 24) / hours;
    const bound = Number((factor * (1 - objective)).toFixed(9));
    if (bound >= 1)
      throw new Error(`an objective of ${objective} cannot be burnt ${factor} times as fast: at most 1 of 1 fails`);
    const share = (window: string): string => `${sloBad(window)} / ${sloAll(window)}`;
    return {
      alert: severity === 'critical' ? 'ErrorBudgetBurnPage' : 'ErrorBudgetBurnTicket',
      expr: `${share(long)} > ${bound} and on (job) ${share(short)} > ${bound} and on (job) sum_over_time(${sloBad('5m')}[${long}]) * ${evaluationIntervalS} >= ${minimumBad}`,
      for: pending,
      severity,
      // Two of them have one name: this tells them apart.
      labels: { window: long },
      signal: 'budget',
      kind: 'threshold',
      summary: `{{ $labels.job }} burns its error budget ${Number(factor.toFixed(1))} times too fast`,
      description: `{{ $value | humanizePercentage }} of the requests to {{ $labels.job }} were bad in ${long}, and as many in the last ${short}. At that rate ${percent(budget)} of the budget of ${periodDays} days (${percent(Number((1 - objective).toFixed(9)))} of the requests) go in ${long}.`,
      action: severity === 'critical' ? 'page' : 'ticket',
      dashboard: 'outrider-slo',
    };
  });
}
