import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, moduleFile } from '../harness/child.ts';
import { measuredEnvironment } from '../harness/environment.ts';
import { HttpClient } from './http-client.ts';
import { pushedSeries } from './pushed-series.ts';
import type { PushedSeries } from './pushed-series.ts';
import type { MeasuredSidecar } from './sidecar-process.ts';

// More than any run holds: what is measured is not to be what is refused.
const SERIES_LIMIT = 100_000;

/** A sidecar in a process of its own and the workers that push to it. */
export class Stage {
  readonly sidecar: MeasuredSidecar;
  readonly client: HttpClient = new HttpClient();
  readonly #child: Child;
  readonly #folder: string;
  readonly #pushes = new Map<PushedSeries, number>();

  private constructor(sidecar: MeasuredSidecar, child: Child, folder: string) {
    this.sidecar = sidecar;
    this.#child = child;
    this.#folder = folder;
  }

  static async open(): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'outrider-bench-sidecar-'));
    const socket = join(folder, 'otlp.sock');
    const environment = measuredEnvironment(process.env, socket);
    const parameters = [socket, String(SERIES_LIMIT)];
    const child = new Child('the sidecar', moduleFile('sidecar-process', import.meta.url), parameters, environment);
    try {
      return new Stage(await child.next<MeasuredSidecar>(), child, folder);
    } catch (error) {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    this.client.close();
    await this.#child.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Workers that have so many series together, as `/metrics` counts them. */
  workers(count: number, lines: number): readonly PushedSeries[] {
    return Array.from({ length: count }, (_, worker) => pushedSeries(worker, Math.round(lines / count)));
  }

  /** Has a worker push once. */
  async push(worker: PushedSeries): Promise<void> {
    const push = (this.#pushes.get(worker) ?? 0) + 1;
    this.#pushes.set(worker, push);
    await this.client.push(this.sidecar.socket, worker.body(push));
  }

  /** How many data points the sidecar says that it has stored. */
  async stored(): Promise<number> {
    const { body } = await this.client.get(`${this.sidecar.metrics}/metrics`);
    return Number(/^outrider_receiver_points_total\{result="stored"\} (\d+)$/m.exec(body.toString())?.[1]);
  }
}
