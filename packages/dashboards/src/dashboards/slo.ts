import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { jobs } from '../variables.ts';

/** How much of the error budget is left, and how fast it goes. */
export function sloDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-slo',
    title: 'Outrider / SLO',
    description: 'How much of the error budget is left, and how fast it goes.',
    variables: [jobs(config)],
    rows: [],
  };
}
