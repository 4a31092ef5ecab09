import type { DashboardConfig } from './config.ts';
import { allDashboards } from './dashboards/all-dashboards.ts';
import { dashboardV1 } from './grafana/v1.ts';
import { dashboardV2 } from './grafana/v2.ts';
import { alertmanagerConfig } from './outputs/alertmanager-config.ts';
import { grafanaAlerts } from './outputs/grafana-alerts.ts';
import { dashboardProvisioning, datasourceProvisioning } from './outputs/grafana-provisioning.ts';
import { prometheusConfig } from './outputs/prometheus-config.ts';
import { prometheusRule } from './outputs/prometheus-rule.ts';
import { runbookFiles } from './outputs/runbook-files.ts';
import { rulesFile } from './outputs/rules-file.ts';

/**
 * Everything that is generated, by its path: what `outrider dashboards` writes, and what is committed.
 *
 * @returns path, with slashes, to text; the same bytes for the same configuration
 */
export function generatedFiles(config: DashboardConfig): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const dashboards = allDashboards(config);
  for (const dashboard of dashboards) {
    const v1 = dashboardV1(dashboard, config);
    files.set(`grafana/dashboards/${dashboard.uid}.json`, json(v1));
    files.set(`grafana/dashboards-v2/${dashboard.uid}.json`, json(dashboardV2(v1)));
  }
  files.set('grafana/provisioning/datasources/prometheus.yaml', datasourceProvisioning(config));
  files.set('grafana/provisioning/dashboards/outrider.yaml', dashboardProvisioning());
  files.set('grafana/alerting/outrider.yaml', grafanaAlerts(config));
  files.set('prometheus/prometheus.yml', prometheusConfig(config));
  files.set('prometheus/alertmanager.yml', alertmanagerConfig());
  files.set('prometheus/rules/outrider.yml', rulesFile(config));
  files.set('prometheus/kubernetes/prometheusrule.yaml', prometheusRule(config));
  for (const [name, text] of runbookFiles(config, dashboards)) files.set(`docs/runbooks/${name}`, text);
  return files;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
