import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, startSidecar } from '@outrider/sidecar';

/** A sidecar of the benchmark's own. */
export interface Receiver {
  /** Path of its Unix socket. */
  readonly socket: string;
  close(): Promise<void>;
}

/** Starts a sidecar with free ports and a socket in a private folder, which goes when this process ends. */
export async function startReceiver(): Promise<Receiver> {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const socket = join(folder, 'otlp.sock');
  const sidecar = await startSidecar(
    loadConfig({
      flags: { 'otlp-socket': socket, 'otlp-listen': '127.0.0.1:0', 'metrics-listen': '127.0.0.1:0' },
    }),
  );
  return {
    socket,
    async close() {
      await sidecar.close();
      process.off('exit', remove);
      remove();
    },
  };
}
