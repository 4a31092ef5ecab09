import type { DashboardConfig } from '../../config.ts';
import type { TablePanel, TimeSeriesPanel } from '../../dashboard.ts';
import { BURNS, budgetLeft, burnAlert, burnFactor, burnRate, period } from '../../measures/slo.ts';
import { CHOSEN_JOBS } from '../chosen-jobs.ts';

/** What is left of the budget over time. */
export function budget({ thresholds }: DashboardConfig): TimeSeriesPanel {
  const { slo } = thresholds;
  return {
    id: 6,
    type: 'timeseries',
    title: 'Error budget left over time',
    description: `Of the ${slo.periodDays} days before each moment. A step down is an incident; a slope is what burns all the time. It comes back as bad days fall out of the period.`,
    width: 12,
    unit: 'percentunit',
    max: 1,
    marks: [{ from: 0, colour: 'red' }],
    queries: [{ expr: budgetLeft(slo, CHOSEN_JOBS), legend: '{{job}}' }],
  };
}

/** The burn rates of all windows side by side. */
export function burnTable({ thresholds }: DashboardConfig): TablePanel {
  const { slo } = thresholds;
  const columns = [
    ...BURNS.map((burn) => ({ window: burn.long, factor: burnFactor(burn, slo) })),
    { window: period(slo), factor: 1 },
  ];
  return {
    id: 7,
    type: 'table',
    title: 'Burn rates',
    description:
      'How many times faster than allowed the budget went, window by window. Red is what its alert fires at: short windows see an outage within minutes, long ones what goes wrong a little all the time.',
    width: 12,
    decimals: 2,
    sortBy: columns[0]?.window ?? '',
    columns: [
      { of: 'job', title: 'Application' },
      ...columns.map(({ window, factor }, index) => ({
        of: index,
        title: window,
        unit: 'none' as const,
        decimals: 2,
        marks: [{ from: factor, colour: 'red' as const }],
      })),
    ],
    queries: columns.map(({ window }) => ({
      expr: burnRate(window, slo, CHOSEN_JOBS),
      legend: '{{job}}',
      instant: true,
    })),
  };
}

/** Each pair of windows that an alert looks at, with the burn rate from which it does. */
export function burns({ thresholds }: DashboardConfig): readonly TimeSeriesPanel[] {
  const { slo } = thresholds;
  return BURNS.map((burn, index) => {
    const { long, short, severity } = burn;
    const factor = burnFactor(burn, slo);
    return {
      id: 10 + index,
      type: 'timeseries',
      title: `Burn rate of ${long} and ${short}`,
      description: `How many times faster than allowed the budget goes. ${burnAlert(burn)} fires once both are above ${Number(factor.toFixed(2))}: the long window says that it matters, the short one (dashed) that it still goes on.`,
      width: 12,
      unit: 'none',
      decimals: 2,
      min: 0,
      marks: [{ from: factor, colour: severity === 'critical' ? 'red' : 'orange' }],
      styles: [{ name: `.* ${short}`, dashed: true }],
      queries: [long, short].map((window) => ({
        expr: burnRate(window, slo, CHOSEN_JOBS),
        legend: `{{job}} ${window}`,
      })),
    };
  });
}
