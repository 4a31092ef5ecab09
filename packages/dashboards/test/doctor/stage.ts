import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrometheusClient } from '../../src/live/prometheus-client.ts';
import { backFill } from '../history/back-fill.ts';
import type { PastSeries, Slice } from '../history/back-fill.ts';

const READY_MS = 20_000;
const LOOK_MS = 20;

/** What a Prometheus knows and does. */
export interface Scene {
  /** Series that were there before it started, a sample every 15 seconds where they have one. */
  readonly past?: readonly PastSeries[];
  readonly slice?: Slice;
  /** Its prometheus.yml. */
  readonly settings?: object;
  /** A rule file, which the settings have as `rules.yml`. */
  readonly rules?: string;
  /** Its web.config.file. */
  readonly web?: string;
}

/** A real Prometheus. */
export interface Stage {
  readonly url: string;
  readonly client: PrometheusClient;
  stop(): Promise<void>;
}

/** Starts a Prometheus on loopback, with its data in a folder of its own. */
export async function startStage({ past = [], slice, settings = {}, rules, web }: Scene): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-doctor-'));
  const data = join(folder, 'data');
  await mkdir(data);
  if (slice !== undefined) await backFill(data, past, slice, 15);
  const files = { 'prometheus.yml': JSON.stringify(settings), 'rules.yml': rules, 'web.yml': web };
  for (const [name, text] of Object.entries(files)) if (text !== undefined) await writeFile(join(folder, name), text);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...(web === undefined ? [] : [`--web.config.file=${join(folder, 'web.yml')}`]),
      '--log.level=error',
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.on('error', (error) => (said += error.message));
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null) {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    }
    await rm(folder, { recursive: true, force: true });
  };
  await until(`Prometheus to start: ${said}`, async () => {
    if (child.exitCode !== null || child.pid === undefined) throw new Error(`Prometheus does not start: ${said}`);
    // One that wants to know who asks answers too.
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    return answer?.status === 200 || answer?.status === 401;
  });
  return { url, client: new PrometheusClient(url), stop };
}

/** Waits until something is so. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
