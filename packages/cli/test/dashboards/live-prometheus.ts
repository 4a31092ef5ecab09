import { join } from 'node:path';
import { generatedFiles } from '@outrider/dashboards';
import type { DashboardConfig } from '@outrider/dashboards';
import { startPrometheus } from '../../src/demo/prometheus.ts';
import type { Processes } from '../../src/demo/processes.ts';
import { writeHistory } from './history.ts';
import type { Past } from './history.ts';

const RULES = 'prometheus/rules/outrider.yml';

/** Starts Prometheus as users are told to, with the rules of a configuration, and with the past of an application. */
export async function startPrometheusWithPast(
  processes: Processes,
  parent: string,
  ports: Readonly<Record<'metrics' | 'prometheus', number>>,
  config: DashboardConfig,
  past: Past,
): Promise<void> {
  const folder = join(parent, 'prometheus');
  await writeHistory(join(folder, 'data'), past);
  await startPrometheus(processes, 'prometheus', folder, ports, {
    scrapeInterval: `${config.scrapeIntervalS}s`,
    rules: () => impatient(generatedFiles(config).get(RULES) ?? ''),
  });
}

/** The rules, with alerts that fire at once: nobody waits ten minutes here. How long each one waits has tests of its own. */
function impatient(rules: string): string {
  return rules.replaceAll(/^( +for): .*$/gm, '$1: 0s');
}
