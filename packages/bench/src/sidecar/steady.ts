import { setTimeout as wait } from 'node:timers/promises';
import { HttpClient } from './http-client.ts';
import { NODE_EXPORTER, startNodeExporter } from './node-exporter.ts';
import { processCost } from './process-cost.ts';
import { linesOf } from './scrapes.ts';
import { Stage } from './stage.ts';

/** How often a sidecar collects, an application pushes and Prometheus scrapes here. */
const INTERVAL_MS = 5000;

// What a process does only once, at its start, is not part of what it costs.
const WARM_UP_INTERVALS = 4;

const WORKERS = 4;
const LINES = 1000;

/** What one costs beside a service, day in, day out. */
export interface SteadyCost {
  readonly name: string;
  /** Lines of its `/metrics` that are samples. */
  readonly lines: number;
  /** Bytes, the greatest of what was seen. */
  readonly rss: number;
  /** Share of one core, from 0 to 1. */
  readonly cpu: number;
  /** Whether it started any process. */
  readonly forks: boolean;
}

interface Running {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
  push(): Promise<void>;
  stop(): Promise<void>;
}

/** Measures both side by side: each is scraped every five seconds, to the sidecar four workers push 1,000 series. */
export async function measureSteady(seconds: number): Promise<readonly SteadyCost[]> {
  const client = new HttpClient();
  const running = [await startOutrider()];
  try {
    const peer = await startNodeExporter();
    if (peer !== undefined) {
      running.push({
        name: NODE_EXPORTER,
        pid: peer.pid,
        url: peer.url,
        push: async () => {},
        stop: () => peer.stop(),
      });
    }
    // A run that is shorter than one interval is none but a look at whether it works.
    const intervalMs = Math.min(INTERVAL_MS, seconds * 1000);
    const intervals = Math.round((seconds * 1000) / intervalMs);
    await live(running, client, { intervalMs, intervals: Math.min(WARM_UP_INTERVALS, intervals) });
    const before = running.map(({ pid }) => processCost(pid));
    const began = performance.now();
    const most = running.map(() => 0);
    await live(running, client, { intervalMs, intervals }, () => {
      for (const [at, { pid }] of running.entries()) most[at] = Math.max(most[at]!, processCost(pid).rss);
    });
    const passed = (performance.now() - began) / 1000;
    return await Promise.all(
      running.map(async ({ name, pid, url }, at) => {
        const after = processCost(pid);
        const { body } = await client.get(`${url}/metrics`);
        return {
          name,
          lines: linesOf(body),
          rss: most[at]!,
          cpu: (after.cpuSeconds - before[at]!.cpuSeconds) / passed,
          forks: after.childFaults > 0,
        };
      }),
    );
  } finally {
    client.close();
    for (const one of running) await one.stop();
  }
}

async function startOutrider(): Promise<Running> {
  const stage = await Stage.open();
  const workers = stage.workers(WORKERS, LINES);
  return {
    name: 'outrider sidecar',
    pid: stage.sidecar.pid,
    url: stage.sidecar.metrics,
    async push() {
      for (const worker of workers) await stage.push(worker);
    },
    stop: () => stage.close(),
  };
}

async function live(
  running: readonly Running[],
  client: HttpClient,
  { intervalMs, intervals }: { readonly intervalMs: number; readonly intervals: number },
  after: () => void = () => {},
): Promise<void> {
  for (let interval = 0; interval < intervals; interval++) {
    const next = performance.now() + intervalMs;
    for (const one of running) {
      await one.push();
      await client.get(`${one.url}/metrics`, { 'accept-encoding': 'gzip' });
    }
    after();
    await wait(Math.max(0, next - performance.now()));
  }
}
