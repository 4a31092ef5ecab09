import type { DashboardConfig } from '../config.ts';
import { BURNS, allowedShare, burnFactor } from '../measures/slo.ts';
import type { Severity } from '../rules/rule.ts';
import { duration, percent } from '../rules/text.ts';
import type { Cause, Runbook } from './runbook.ts';

/** The error budget that goes too fast. */
export function budgetRunbooks({ thresholds: { slo } }: DashboardConfig): readonly Runbook[] {
  const { objective, latencyS, periodDays, minimumBad } = slo;
  const meaning = (severity: Severity): string => {
    const windows = BURNS.filter((burn) => burn.severity === severity).map(
      (burn) =>
        `${Number(burnFactor(burn, slo).toFixed(1))} times as fast as it may over ${burn.long} and ${burn.short}, for ${burn.for} (${percent(burn.budget)} of the budget in ${burn.long})`,
    );
    return `A request is bad if it was answered with a server error or took longer than ${duration(latencyS)}. ${percent(objective)} must be good in ${periodDays} days, so ${percent(allowedShare(slo))} may be bad: the budget. It fires where it goes more than ${windows.join(', or ')}. The long window says that it matters, the short one that it goes on. It takes ${minimumBad} bad requests in the long window.`;
  };
  const settings = [
    'thresholds.slo.objective',
    'thresholds.slo.latencyS',
    'thresholds.slo.periodDays',
    'thresholds.slo.minimumBad',
  ];
  const causes: readonly Cause[] = [
    { seen: 'failed ones are most', cause: 'errors: go on with [[ErrorRateHigh]]' },
    { seen: 'slow ones are most', cause: 'latency: go on with [[LatencyP95High]]' },
    { seen: 'one route has used most of it', cause: 'that route, or what only it uses' },
    { seen: 'began with a release', cause: '[[ReleaseRegression]]' },
    { seen: 'a slope for days', cause: 'a little that is always wrong: a slow route, a flaky service' },
  ];
  return [
    {
      alert: 'ErrorBudgetBurnPage',
      fires: `The error budget of an application (${percent(allowedShare(slo))} of its requests in ${periodDays} days) goes so fast that it is gone within days.`,
      meaning: meaning('critical'),
      impact: 'Users notice now. The label `window` says how fast: the shorter, the worse.',
      diagnosis: [
        { look: 'how fast, and whether it still goes on (dashed).', at: 'outrider-slo/10', query: 0 },
        { look: 'failed or too slow.', at: 'outrider-slo/20', query: 0 },
        { look: 'which routes.', at: 'outrider-slo/22', query: 'Bad' },
        { look: 'since when: a release?', at: 'outrider-regression/31' },
        { look: 'how much is left.', at: 'outrider-slo/6' },
      ],
      causes,
      mitigation: [
        'Stop the bleeding: roll back what was released last, `kubectl rollout undo deployment/<name>`.',
        'One route: switch the feature off, or have the proxy answer for it.',
        'Something behind it is away: bring it back; meanwhile serve what is cached, open the circuit breaker.',
        'Then find the cause by the runbook that the table names.',
      ],
      falseAlarm: `Few requests, of which ${minimumBad} bad ones are already too many: raise the number. A latency that no route ever kept: raise it, to one of the middleware's \`buckets\`.`,
      settings,
    },
    {
      alert: 'ErrorBudgetBurnTicket',
      fires: `The error budget of an application (${percent(allowedShare(slo))} of its requests in ${periodDays} days) will not last for its ${periodDays} days.`,
      meaning: meaning('warning'),
      impact:
        'No outage, but a little that goes wrong all the time. It can wait for the morning, not for the next month.',
      diagnosis: [
        { look: 'each window beside what its alert fires at.', at: 'outrider-slo/7' },
        { look: 'failed or too slow, and at what times.', at: 'outrider-slo/20', query: 1 },
        { look: 'which routes, with a time range of a day or more.', at: 'outrider-slo/22', query: 'Bad' },
        { look: 'steps are incidents, a slope is a fault that stays.', at: 'outrider-slo/6', query: 0 },
        { look: 'whether routes got slower than a week ago.', at: 'outrider-regression/20' },
      ],
      causes,
      mitigation: [
        'Open a ticket with the routes of the table, the worst first; they come before features until the line is flat.',
        'Errors at fixed hours: a job, a backup, a deployment without a graceful stop ([[WorkerCrashed]]).',
        'Slow routes: the queries at the top of [[outrider-database/25]].',
      ],
      falseAlarm: `An incident that is over stays in the long window for as long as that is; the short window ends the alert. A latency that no route ever kept: raise it, to one of the middleware's \`buckets\`.`,
      settings,
    },
  ];
}
