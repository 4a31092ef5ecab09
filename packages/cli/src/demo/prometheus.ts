import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answering } from './answering.ts';
import { PROMETHEUS_CONFIG } from './layout.ts';
import type { Child } from './process.ts';
import type { Processes } from './processes.ts';

const READY_MS = 20_000;
const BUNDLED_TARGET = '127.0.0.1:9464';

/** How to get a Prometheus where there is none. */
export const PROMETHEUS_MISSING =
  'not installed: apt-get install prometheus, brew install prometheus, or https://prometheus.io/download/';

/**
 * Starts Prometheus on loopback with the bundled configuration, its data in a folder of its own.
 *
 * @param program path of the program
 * @param folder does not exist yet
 * @returns its process, once it answers
 */
export async function startPrometheus(
  processes: Processes,
  program: string,
  folder: string,
  ports: { readonly prometheus: number; readonly metrics: number },
): Promise<Child> {
  await mkdir(folder);
  const config = join(folder, 'prometheus.yml');
  const bundled = await readFile(PROMETHEUS_CONFIG, 'utf8');
  await writeFile(config, bundled.replaceAll(BUNDLED_TARGET, `127.0.0.1:${ports.metrics}`));
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
