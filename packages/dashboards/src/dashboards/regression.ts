import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { instances, jobs } from '../variables.ts';

/** What got slower, since when, and since which release. */
export function regressionDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-regression',
    title: 'Outrider / Regression',
    description: 'What got slower, since when, and since which release.',
    variables: [jobs(config), instances(config)],
    rows: [],
  };
}
