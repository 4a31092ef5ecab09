import type { DashboardConfig } from '../config.ts';
import { rulesContent } from './rules-file.ts';
import { yamlFile } from './yaml-file.ts';

/** The rules as a resource of the Prometheus Operator. */
export function prometheusRule(config: DashboardConfig): string {
  const resource = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: {
      name: 'outrider',
      labels: { 'app.kubernetes.io/name': 'outrider', release: 'kube-prometheus-stack' },
    },
    spec: rulesContent(config),
  };
  return yamlFile(resource, [
    "For the Prometheus Operator. The label release is that of the Helm release whose Prometheus shall load it: what the Prometheus' ruleSelector says.",
    'For a Helm chart of your own, {{ and }} need escaping.',
  ]);
}
