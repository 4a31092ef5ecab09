import type { DashboardConfig } from '../config.ts';
import { yamlText } from './yaml-file.ts';

/** Configuration of a Prometheus beside the sidecar, with the rules in the folder `rules` beside it. */
export function prometheusConfig(config: DashboardConfig): string {
  return yamlText(`# Scrapes the sidecar of this host: its own series, and those of the applications that push to it.
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
  - job_name: ${jobName(config)}
    # The series of an application carry its own job, instance and worker; keep them.
    honor_labels: true
    static_configs:
      - targets: ['127.0.0.1:9464']
`);
}

/** The job that rules and dashboards look for; one that they tell by a pattern has to be named by hand. */
function jobName({ hosts }: DashboardConfig): string {
  return /^="([\w.-]+)"$/.exec(hosts['job'] ?? '')?.[1] ?? 'outrider';
}
