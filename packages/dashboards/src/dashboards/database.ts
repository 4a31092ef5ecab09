import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { instances, jobs } from '../variables.ts';

/** Connection pools, queries, PostgreSQL and PgBouncer. */
export function databaseDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-database',
    title: 'Outrider / Database',
    description: 'Connection pools, queries, PostgreSQL and PgBouncer.',
    variables: [jobs(config), instances(config)],
    rows: [],
  };
}
