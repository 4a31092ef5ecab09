import { HttpClient } from './http-client.ts';
import { NODE_EXPORTER, startNodeExporter } from './node-exporter.ts';
import { processCost } from './process-cost.ts';
import { Stage } from './stage.ts';

const WORKERS = 4;

/** What scrapes of one took. */
export interface ScrapeCost {
  readonly name: string;
  /** Samples of `/metrics`. */
  readonly lines: number;
  /** Milliseconds of each scrape. */
  readonly milliseconds: readonly number[];
  readonly bytes: number;
  readonly gzippedBytes: number;
  /** Of its process, a scrape (for the sidecar: with the push before it). */
  readonly cpuMilliseconds: number;
  /** Bytes, after the scrapes. */
  readonly rss: number;
}

/**
 * Scrapes a sidecar whose workers push so many series. Before every scrape one of them has pushed, so that nothing is
 * answered from what was written before.
 */
export async function scrapeOutrider(lines: number, scrapes: number): Promise<ScrapeCost> {
  const stage = await Stage.open();
  try {
    const workers = stage.workers(WORKERS, lines);
    for (const worker of workers) await stage.push(worker);
    const pushOne = (turn: number): Promise<void> => stage.push(workers[turn % WORKERS]!);
    return await scrape('outrider sidecar', stage.sidecar.pid, stage.sidecar.metrics, scrapes, pushOne);
  } finally {
    await stage.close();
  }
}

/** Scrapes Debian's node_exporter; undefined where it is not installed. */
export async function scrapeNodeExporter(scrapes: number): Promise<ScrapeCost | undefined> {
  const exporter = await startNodeExporter();
  if (exporter === undefined) return undefined;
  try {
    return await scrape(NODE_EXPORTER, exporter.pid, exporter.url, scrapes, async () => {});
  } finally {
    await exporter.stop();
  }
}

/** How many samples an exposition has. */
export function linesOf(exposition: Buffer): number {
  return exposition
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')).length;
}

async function scrape(
  name: string,
  pid: number,
  url: string,
  scrapes: number,
  before: (turn: number) => Promise<void>,
): Promise<ScrapeCost> {
  const client = new HttpClient();
  try {
    const page = `${url}/metrics`;
    // The first ones are those of code that is not compiled yet.
    for (let warmUp = 0; warmUp < Math.min(20, scrapes); warmUp++) {
      await before(warmUp);
      await client.get(page);
    }
    const start = processCost(pid).cpuSeconds;
    const milliseconds: number[] = [];
    for (let at = 0; at < scrapes; at++) {
      await before(at);
      milliseconds.push((await client.get(page)).milliseconds);
    }
    const { cpuSeconds, rss } = processCost(pid);
    const plain = await client.get(page);
    const gzipped = await client.get(page, { 'accept-encoding': 'gzip' });
    return {
      name,
      lines: linesOf(plain.body),
      milliseconds,
      bytes: plain.body.length,
      gzippedBytes: gzipped.body.length,
      cpuMilliseconds: ((cpuSeconds - start) * 1000) / scrapes,
      rss,
    };
  } finally {
    client.close();
  }
}
