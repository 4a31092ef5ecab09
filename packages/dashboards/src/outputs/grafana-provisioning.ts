import type { DashboardConfig } from '../config.ts';
import { yamlFile } from './yaml-file.ts';

/** Where Grafana's server looks for the dashboards; examples/compose mounts them there. */
const DASHBOARD_FOLDER = '/var/lib/grafana/dashboards';

/** Grafana's folder that dashboards and alert rules are in. */
export const GRAFANA_FOLDER = 'Outrider';

/** The data source, for Grafana's provisioning. */
export function datasourceProvisioning({ datasource, scrapeIntervalS }: DashboardConfig): string {
  const prometheus = {
    name: 'Prometheus',
    uid: datasource.uid,
    type: 'prometheus',
    access: 'proxy',
    url: datasource.url,
    isDefault: true,
    editable: false,
    // The scrape interval: windows of rates are four of it.
    jsonData: { httpMethod: 'POST', timeInterval: `${scrapeIntervalS}s` },
  };
  return yamlFile({ apiVersion: 1, datasources: [prometheus] }, [
    'For a Grafana that has no Prometheus yet: it does not start with two data sources that are provisioned as the default.',
  ]);
}

/** The folder of dashboards, for Grafana's provisioning. */
export function dashboardProvisioning(): string {
  const provider = {
    name: 'outrider',
    folder: GRAFANA_FOLDER,
    type: 'file',
    disableDeletion: true,
    allowUiUpdates: false,
    options: { path: DASHBOARD_FOLDER },
  };
  return yamlFile({ apiVersion: 1, providers: [provider] });
}
