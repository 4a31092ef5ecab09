import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { cacheDashboard } from './cache.ts';

/** Every dashboard, in the order in which they are listed. */
export function allDashboards(config: DashboardConfig): readonly Dashboard[] {
  return [cacheDashboard(config)];
}
