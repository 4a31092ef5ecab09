import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from './programs.ts';
import { freePort, startServer, temporaryFolder } from './server.ts';
import type { TestServer } from './server.ts';

/** Starts the installed Alertmanager with a configuration. @throws {Error} with what it printed, if it refuses that */
export async function startAlertmanager(config: string): Promise<TestServer> {
  const folder = await temporaryFolder('alertmanager', undefined);
  await writeFile(join(folder, 'alertmanager.yml'), config);
  const port = await freePort();
  return startServer({
    command: findProgram('prometheus-alertmanager'),
    args: [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      // Alone: no port for others.
      '--cluster.listen-address=',
    ],
    folder,
    port,
    url: `http://127.0.0.1:${port}`,
    ready: 'Listening on',
  });
}
