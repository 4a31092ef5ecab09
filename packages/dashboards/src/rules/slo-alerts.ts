import type { DashboardConfig } from '../config.ts';
import { BURNS, allowedShare, badShare, burnAlert, burnFactor } from '../measures/slo.ts';
import { SLO_BAD_OF_ROUTES, sloBad } from '../measures/recorded.ts';
import type { AlertRule } from './rule.ts';
import { percent } from './text.ts';
import { OF_ITS_JOB, worstRoutes } from './worst-routes.ts';

/**
 * The error budget's burn rates in several windows.
 *
 * @throws {Error} if a burn rate times the budget is above 1: such a rule could never fire
 */
export function sloAlerts({ thresholds, evaluationIntervalS }: DashboardConfig): readonly AlertRule[] {
  const { objective, periodDays, minimumBad } = thresholds.slo;
  const allowed = allowedShare(thresholds.slo);
  return BURNS.map((burn) => {
    const { long, short, budget, severity, for: pending } = burn;
    const factor = burnFactor(burn, thresholds.slo);
    const bound = Number((factor * allowed).toFixed(9));
    if (bound >= 1)
      throw new Error(`an objective of ${objective} cannot be burnt ${factor} times as fast: at most 1 of 1 fails`);
    return {
      alert: burnAlert(burn),
      expr: `${badShare(long)} > ${bound} and on (job) ${badShare(short)} > ${bound} and on (job) sum_over_time(${sloBad('5m')}[${long}]) * ${evaluationIntervalS} >= ${minimumBad}`,
      for: pending,
      severity,
      // Two of them have one name: this tells them apart.
      labels: { window: long },
      signal: 'budget',
      kind: 'threshold',
      summary: `{{ $labels.job }} burns its error budget ${pace(factor)}`,
      description: `{{ $value | humanizePercentage }} of the requests to {{ $labels.job }} were bad in ${long}, and it goes on in the last ${short}. At that rate more than ${percent(budget)} of the budget of ${periodDays} days (${percent(allowed)} of the requests) go in ${long}.`,
      places: worstRoutes(`avg_over_time(${SLO_BAD_OF_ROUTES}{${OF_ITS_JOB}}[${short}])`, short),
      action: severity === 'critical' ? 'page' : 'ticket',
      dashboard: 'outrider-slo',
      shows: { job: 'job' },
    };
  });
}

function pace(factor: number): string {
  const rounded = Number(factor.toFixed(1));
  return rounded === 1 ? 'faster than it may' : `more than ${rounded} times as fast as it may`;
}
