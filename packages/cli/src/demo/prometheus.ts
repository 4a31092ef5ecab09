import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { answering } from './answering.ts';
import { PROMETHEUS_CONFIG } from './layout.ts';
import type { Child } from './process.ts';
import type { Processes } from './processes.ts';

const READY_MS = 20_000;
const BUNDLED_TARGET = '127.0.0.1:9464';

/** What of the bundled configuration and rules is other than as they are shipped. */
export interface PrometheusChanges {
  readonly scrapeInterval: string;
  /** Makes the rules that are used of those that are shipped. */
  readonly rules: (text: string) => string;
}

// Who looks at a demo does not wait for the quarter of a minute that is right for production.
const CHANGES: PrometheusChanges = { scrapeInterval: '5s', rules: (text) => text };

/** How to get a Prometheus where there is none. */
export const PROMETHEUS_MISSING =
  'not installed: apt-get install prometheus, brew install prometheus, or https://prometheus.io/download/';

/**
 * Starts Prometheus on loopback with the bundled configuration and rules, its data in a folder of its own.
 *
 * @param program path of the program
 * @param folder with what an earlier one kept in it, if there was one
 * @returns its process, once it answers
 */
export async function startPrometheus(
  processes: Processes,
  program: string,
  folder: string,
  ports: { readonly prometheus: number; readonly metrics: number },
  { scrapeInterval, rules }: PrometheusChanges = CHANGES,
): Promise<Child> {
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'prometheus.yml');
  const bundled = await readFile(PROMETHEUS_CONFIG, 'utf8');
  await writeFile(
    config,
    bundled
      .replaceAll(BUNDLED_TARGET, `127.0.0.1:${ports.metrics}`)
      .replace(/(?<=^ *scrape_interval: ).*$/m, scrapeInterval),
  );
  const shipped = join(dirname(PROMETHEUS_CONFIG), 'rules');
  await mkdir(join(folder, 'rules'), { recursive: true });
  for (const file of await readdir(shipped)) {
    await writeFile(join(folder, 'rules', file), rules(await readFile(join(shipped, file), 'utf8')));
  }
  const child = await processes.start({
    name: 'Prometheus',
    command: program,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      // It shows the trace of a slow request.
      '--enable-feature=exemplar-storage',
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      '--log.level=warn',
    ],
    cwd: folder,
  });
  await answering(child, `http://127.0.0.1:${ports.prometheus}/-/ready`, READY_MS);
  return child;
}
