import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startPrometheus } from '@outrider/test-servers';
import { PrometheusClient } from '../../src/live/prometheus-client.ts';
import type { RuleGroup } from '../../src/rules/rule.ts';
import { backFill } from './back-fill.ts';
import type { PastSeries, Slice } from './back-fill.ts';
import { recordRules } from './record-rules.ts';

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
    const server = await startPrometheus({
      folder: this.#folder,
      port: this.#port,
      args: ['--storage.tsdb.retention.time=100y'],
      keepFolder: true,
    });
    this.#end = () => server.stop();
  }
}
