import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrometheus } from '@outrider/test-servers';
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
  const args = web === undefined ? [] : [`--web.config.file=${join(folder, 'web.yml')}`];
  const { url, stop } = await startPrometheus({ folder, args });
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
