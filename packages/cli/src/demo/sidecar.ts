import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { answering } from './answering.ts';
import { demoEnvironment } from './environment.ts';
import { MAIN } from './layout.ts';
import type { Child } from './process.ts';
import type { Processes } from './processes.ts';

const READY_MS = 20_000;

/** The sidecar of the demo and the socket it receives on. */
export interface RunningSidecar {
  readonly child: Child;
  /** Path of the Unix socket. */
  readonly socket: string;
}

/**
 * Starts the sidecar on loopback, once it is ready. Its socket is in a private folder, so that it takes nothing from
 * another sidecar of this host.
 *
 * @param folder does not exist yet
 */
export async function startSidecar(
  processes: Processes,
  folder: string,
  ports: { readonly otlp: number; readonly metrics: number },
): Promise<RunningSidecar> {
  await mkdir(folder, { mode: 0o700 });
  const socket = join(folder, 'otlp.sock');
  const child = await processes.start({
    name: 'The sidecar',
    command: process.execPath,
    args: [MAIN, 'sidecar'],
    env: demoEnvironment({
      OUTRIDER_SOCKET: socket,
      OUTRIDER_OTLP_LISTEN: `127.0.0.1:${ports.otlp}`,
      OUTRIDER_METRICS_LISTEN: `127.0.0.1:${ports.metrics}`,
    }),
  });
  await answering(child, `http://127.0.0.1:${ports.metrics}/readyz`, READY_MS);
  return { child, socket };
}
