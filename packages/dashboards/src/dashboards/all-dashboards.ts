import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { apiDashboard } from './api.ts';
import { cacheDashboard } from './cache.ts';
import { databaseDashboard } from './database.ts';
import { itselfDashboard } from './itself.ts';
import { regressionDashboard } from './regression.ts';
import { runbooksDashboard } from './runbooks.ts';
import { sloDashboard } from './slo.ts';
import { systemDashboard } from './system.ts';
import { workDashboard } from './work.ts';

/** Every dashboard, in the order in which they are listed. */
export function allDashboards(config: DashboardConfig): readonly Dashboard[] {
  const measured = [
    apiDashboard(config),
    regressionDashboard(config),
    sloDashboard(config),
    systemDashboard(config),
    databaseDashboard(config),
    cacheDashboard(config),
    workDashboard(config),
    itselfDashboard(config),
  ];
  return [...measured, runbooksDashboard(config, measured)];
}
