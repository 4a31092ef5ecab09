import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrometheusClient } from '../../src/live/prometheus-client.ts';
import type { RuleGroup } from '../../src/rules/rule.ts';
import { backFill } from './back-fill.ts';
import type { PastSeries, Slice } from './back-fill.ts';
import { recordRules } from './record-rules.ts';

const READY_MS = 20_000;
const LOOK_MS = 20;

/** A Prometheus that scrapes nothing and knows what it was back-filled with, and what its rules would have recorded. */
export class PastPrometheus {
  readonly client: PrometheusClient;
  readonly #folder: string;
  readonly #port: number;
  /** Ends the process that runs, if any. */
  #end: () => Promise<void> = () => Promise.resolve();

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
    this.client = new PrometheusClient(`http://127.0.0.1:${port}`);
  }

  /**
   * @param stepS between two samples
   * @param groups what is recorded of them; alerts are left out
   */
  static async of(
    past: readonly PastSeries[],
    slices: readonly Slice[],
    stepS: number,
    groups: readonly RuleGroup[],
  ): Promise<PastPrometheus> {
    const prometheus = new PastPrometheus(await mkdtemp(join(tmpdir(), 'outrider-history-')), await freePort());
    try {
      await writeFile(join(prometheus.#folder, 'prometheus.yml'), '');
      for (const slice of slices) await backFill(prometheus.#data, past, slice, stepS);
      await prometheus.#start();
      await recordRules(groups, slices, stepS, {
        folder: prometheus.#folder,
        data: prometheus.#data,
        url: prometheus.client.url,
        // Blocks that are put into its folder are seen at the start.
        reload: async () => {
          await prometheus.#end();
          await prometheus.#start();
        },
      });
      return prometheus;
    } catch (error) {
      await prometheus.stop();
      throw error;
    }
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  async stop(): Promise<void> {
    await this.#end();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const child = spawn(
      'prometheus',
      [
        `--config.file=${join(this.#folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${this.#data}`,
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${this.#port}`,
        '--log.level=warn',
      ],
      { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', (error) => (said += error.message));
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const kill = (): void => void child.kill('SIGTERM');
    // Where the test is ended in the middle of it.
    process.once('exit', kill);
    this.#end = async () => {
      kill();
      await closed;
      process.off('exit', kill);
    };
    const deadline = Date.now() + READY_MS;
    while (!(await isReady(`${this.client.url}-/ready`))) {
      if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline)
        throw new Error(`Prometheus does not start: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
