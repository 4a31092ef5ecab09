import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** An Alertmanager that a test started, on the loopback. */
export interface AlertmanagerServer {
  readonly url: string;
  /** Ends it and removes what it has written. */
  stop(): Promise<void>;
}

/**
 * Starts the installed Alertmanager.
 *
 * @throws {Error} with what it printed, if it does not take the configuration
 */
export async function startAlertmanager(config: string): Promise<AlertmanagerServer> {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-alertmanager-'));
  await writeFile(join(folder, 'alertmanager.yml'), config);
  const port = await freePort();
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      // Alone: no port for others.
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const closed = once(child, 'close');
  let output = '';
  for await (const line of createInterface(child.stderr)) {
    output += `${line}\n`;
    if (line.includes('Listening on')) break;
  }
  // Else it waits for somebody to read what it says.
  child.stderr.resume();
  const stop = async (): Promise<void> => {
    kill();
    await closed;
    process.off('exit', kill);
    await rm(folder, { recursive: true, force: true });
  };
  if (output.includes('Listening on')) return { url: `http://127.0.0.1:${port}`, stop };
  await stop();
  throw new Error(output);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
