import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatedFiles } from '@outrider/dashboards';
import type { DashboardConfig } from '@outrider/dashboards';
import { answering } from '../../src/demo/answering.ts';
import type { Processes } from '../../src/demo/processes.ts';
import { writeHistory } from './history.ts';
import type { Past } from './history.ts';

const READY_MS = 30_000;
const RULES = 'prometheus/rules/outrider.yml';

/** Starts Prometheus as users are told to, with the rules, and with the past of an application. */
export async function startPrometheus(
  processes: Processes,
  parent: string,
  ports: Readonly<Record<'metrics' | 'prometheus', number>>,
  config: DashboardConfig,
  past: Past,
): Promise<void> {
  const folder = join(parent, 'prometheus');
  await mkdir(folder);
  await writeHistory(join(folder, 'data'), past);
  const settings = {
    global: {
      scrape_interval: `${config.scrapeIntervalS}s`,
      evaluation_interval: `${config.evaluationIntervalS}s`,
    },
    rule_files: ['rules.yml'],
    scrape_configs: [
      { job_name: 'outrider', honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${ports.metrics}`] }] },
    ],
  };
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(settings));
  await writeFile(join(folder, 'rules.yml'), impatient(generatedFiles(config).get(RULES) ?? ''));
  const child = await processes.start({
    name: 'Prometheus',
    command: 'prometheus',
    args: [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      '--log.level=warn',
      '--enable-feature=exemplar-storage',
    ],
    cwd: folder,
  });
  await answering(child, `http://127.0.0.1:${ports.prometheus}/-/ready`, READY_MS);
}

/** The rules, with alerts that fire at once: nobody waits ten minutes here. How long each one waits has tests of its own. */
function impatient(rules: string): string {
  return rules.replaceAll(/^( +for): .*$/gm, '$1: 0s');
}
