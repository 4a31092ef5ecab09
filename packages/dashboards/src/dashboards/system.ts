import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { instances, jobs } from '../variables.ts';

/** Hosts, containers and the processes of the applications. */
export function systemDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-system',
    title: 'Outrider / System health',
    description: 'Hosts, containers and the processes of the applications.',
    variables: [jobs(config), instances(config)],
    rows: [],
  };
}
