import { join } from 'node:path';
import { findProgram } from './programs.ts';
import { freePort, startServer } from './server.ts';
import type { TestServer } from './server.ts';

/** Where a Prometheus runs, and how it differs from one with nothing but a configuration. */
export interface PrometheusOptions {
  /** Has its prometheus.yml, and gets its data, in `data`. */
  readonly folder: string;
  /** The port to listen on. @default a free one */
  readonly port?: number;
  /** Further arguments. */
  readonly args?: readonly string[];
  /** The folder outlives it. */
  readonly keepFolder?: boolean;
}

/** Starts the installed Prometheus. */
export async function startPrometheus(options: PrometheusOptions): Promise<TestServer> {
  const { folder, port = await freePort(), args = [], keepFolder = false } = options;
  return startServer({
    command: findProgram('prometheus'),
    args: [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...args,
    ],
    folder,
    port,
    url: `http://127.0.0.1:${port}`,
    ready: 'Server is ready to receive web requests',
    keepFolder,
  });
}
