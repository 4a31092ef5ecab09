import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { instances, jobs } from '../variables.ts';

/** Requests of the applications: how many, how fast, how many fail. */
export function apiDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-api',
    title: 'Outrider / API performance',
    description: 'Requests of the applications: how many, how fast, how many fail.',
    variables: [jobs(config), instances(config)],
    rows: [],
  };
}
