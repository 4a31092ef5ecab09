import type { DashboardConfig } from './config.ts';
import { allDashboards } from './dashboards/all-dashboards.ts';
import { dashboardV1 } from './grafana/v1.ts';
import { rulesFile } from './rules/rules-file.ts';

/**
 * Everything that is generated, by its path: what `outrider dashboards` writes, and what is committed.
 *
 * @returns path, with slashes, to text; the same bytes for the same configuration
 */
export function generatedFiles(config: DashboardConfig): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const dashboard of allDashboards(config)) {
    files.set(`grafana/dashboards/${dashboard.uid}.json`, json(dashboardV1(dashboard, config)));
  }
  files.set('prometheus/rules/outrider.yml', rulesFile(config));
  return files;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
