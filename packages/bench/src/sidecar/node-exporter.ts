import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Debian's package of it, whose program has the same name. */
export const NODE_EXPORTER = 'prometheus-node-exporter';

/** A node_exporter that runs. */
export interface NodeExporter {
  readonly pid: number;
  /** Base URL. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts Debian's node_exporter on a free port of loopback; undefined where it is not installed.
 *
 * @throws {Error} if it does not answer within five seconds
 */
export async function startNodeExporter(): Promise<NodeExporter | undefined> {
  const program = findProgram();
  if (program === undefined) return undefined;
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(program, [`--web.listen-address=${url.slice('http://'.length)}`], { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  process.once('exit', () => child.kill('SIGKILL'));
  for (let attempt = 0; attempt < 50; attempt++) {
    if (await answers(url)) return { pid: child.pid!, url, stop };
    await wait(100);
  }
  await stop();
  throw new Error(`${program} does not answer.`);
}

function findProgram(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .map((folder) => join(folder, NODE_EXPORTER))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
