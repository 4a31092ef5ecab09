import { stringify } from 'yaml';
import type { DashboardConfig } from '../config.ts';
import { yamlExample } from './yaml-file.ts';

/** Configuration of a Prometheus beside the sidecar, with the rules in the folder `rules` beside it. */
export function prometheusConfig(config: DashboardConfig): string {
  return yamlExample(`# Scrapes the sidecar of this host: its own series, and those of the applications that push to it.
global:
  scrape_interval: ${config.scrapeIntervalS}s
  evaluation_interval: ${config.evaluationIntervalS}s

rule_files:
  - rules/*.yml

# Where alerts go; alertmanager.yml beside this file is an example for it.
# alerting:
#   alertmanagers:
#     - static_configs:
#         - targets: ['127.0.0.1:9093']

scrape_configs:
  - job_name: ${quoted(jobName(config))}
    # The series of an application carry its own job, instance and worker; keep them.
    honor_labels: true
    static_configs:
      - targets: ['127.0.0.1:9464']
${targetLabels(config)}`);
}

/** The job that rules and dashboards look for; one that they tell by a pattern has to be named by hand. */
function jobName({ hosts }: DashboardConfig): string {
  return exactly(hosts['job']) || 'outrider';
}

/** The other labels that they look for, which nothing but the target could have. */
function targetLabels({ hosts }: DashboardConfig): string {
  const labels = Object.entries(hosts).flatMap(([label, matcher]) => {
    const value = label === 'job' || label === 'instance' ? '' : exactly(matcher);
    return value === '' ? [] : [`          ${label}: ${quoted(value)}\n`];
  });
  return labels.length === 0 ? '' : `        labels:\n${labels.join('')}`;
}

/** The value that a matcher such as `="eu"` wants; the empty text if several would do. */
function exactly(matcher = ''): string {
  return matcher.startsWith('="') ? (JSON.parse(matcher.slice(1)) as string) : '';
}

/** As YAML has it, in quotes where it takes them. */
function quoted(text: string): string {
  return stringify(text, { lineWidth: 0, singleQuote: true }).trimEnd();
}
