import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { instances, jobs } from '../variables.ts';

/** Queues, breakers, timed operations, thread pools and sessions. */
export function workDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-work',
    title: 'Outrider / Queues and operations',
    description: 'Queues, breakers, timed operations, thread pools and sessions.',
    variables: [jobs(config), instances(config)],
    rows: [],
  };
}
