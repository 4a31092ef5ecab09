import type { DashboardConfig } from '../config.ts';
import type { Dashboard, StatPanel, TextPanel } from '../dashboard.ts';
import { BURNS, allowedShare, budgetLasts, budgetLeft, burnFactor, burnRate, period } from '../measures/slo.ts';
import { sloBad } from '../measures/recorded.ts';
import { duration, percent } from '../rules/text.ts';
import { jobs } from '../variables.ts';
import { budget, burnTable, burns } from './slo/burns.ts';
import { CHOSEN_JOBS } from './chosen-jobs.ts';
import { spentOn, spentOnRoutes } from './slo/spent.ts';

/** How much of the error budget is left, and how fast it goes. */
export function sloDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-slo',
    title: 'Outrider / SLO',
    description: 'How much of the error budget is left, how fast it goes, and on what.',
    variables: [jobs(config, 'http.server.request.duration')],
    timeRange: '24h',
    rows: [
      { panels: [...glance(config), whatCounts(config), budget(config), burnTable(config)] },
      { id: 100, title: 'How fast', panels: burns(config) },
      { id: 101, title: 'On what', panels: [...spentOn(config), spentOnRoutes(config)] },
    ],
  };
}

function glance({ thresholds, evaluationIntervalS }: DashboardConfig): readonly StatPanel[] {
  const { slo } = thresholds;
  const fastest = Math.max(...BURNS.map((burn) => burnFactor(burn, slo)));
  const stat = { type: 'stat', width: 6, height: 5, unit: 'percentunit' } as const;
  return [
    {
      ...stat,
      id: 1,
      title: 'Error budget left',
      description: `Share of the bad requests of ${slo.periodDays} days that are still allowed, or of as much of that time as Prometheus keeps. Below nothing the objective is missed.`,
      decimals: 1,
      base: 'red',
      marks: [{ from: 0, colour: 'green' }],
      queries: [{ expr: budgetLeft(slo, CHOSEN_JOBS), legend: '{{job}}', instant: true }],
    },
    {
      ...stat,
      id: 2,
      title: 'Burn rate of an hour',
      description: `How many times faster than allowed the budget went in the last hour: at 1 it is used up after ${slo.periodDays} days, at ${fastest} somebody is called.`,
      unit: 'none',
      decimals: 2,
      marks: [
        { from: 1, colour: 'orange' },
        { from: fastest, colour: 'red' },
      ],
      queries: [{ expr: burnRate('1h', slo, CHOSEN_JOBS), legend: '{{job}}', instant: true }],
    },
    {
      ...stat,
      id: 3,
      title: 'Budget lasts',
      description: 'How long what is left lasts if it goes on as in the last six hours.',
      unit: 's',
      noValue: 'nothing burns, or nothing is left',
      queries: [
        {
          expr: budgetLasts('6h', slo, CHOSEN_JOBS),
          legend: '{{job}}',
          instant: true,
          emptyIsHealthy: 'it lasts for ever while nothing fails; once it is overdrawn there is nothing to last',
        },
      ],
    },
    {
      ...stat,
      id: 4,
      title: 'Bad requests',
      description: 'How many requests were bad in the time range of the dashboard.',
      unit: 'none',
      decimals: 0,
      queries: [
        {
          expr: `sum by (job) (sum_over_time(${sloBad('5m')}${CHOSEN_JOBS}[$__range])) * ${evaluationIntervalS}`,
          legend: '{{job}}',
          instant: true,
        },
      ],
    },
  ];
}

function whatCounts({ thresholds }: DashboardConfig): TextPanel {
  const { slo } = thresholds;
  return {
    id: 5,
    type: 'text',
    title: 'The objective',
    description: 'What counts as a good request, and how many must be.',
    width: 24,
    height: 3,
    markdown:
      `**${percent(slo.objective)}** of the requests are to be good: answered within **${duration(slo.latencyS)}**, and without a server error. ` +
      `The budget is what may be bad in ${slo.periodDays} days: ${percent(allowedShare(slo))} of the requests. ` +
      `How much of it is left needs a Prometheus that keeps ${period(slo)}; otherwise it is that of the time it does keep.`,
  };
}
