import { setTimeout as wait } from 'node:timers/promises';
import { processCost } from './process-cost.ts';
import { Stage } from './stage.ts';

const POINTS_PER_SECOND = 10_000;
const WORKERS = 20;
const LINES_PER_WORKER = 1000;

/** What taking in many data points took. */
export interface IngestCost {
  /** Data points that were pushed and answered with ok. */
  readonly sent: number;
  /** Data points that the sidecar counts as stored. */
  readonly received: number;
  readonly seconds: number;
  /** Share of one core, from 0 to 1. */
  readonly cpu: number;
  /** Bytes, at the end. */
  readonly rss: number;
}

/** Twenty workers push 10,000 data points a second together, as OTLP/JSON over the Unix socket. */
export async function measureIngest(seconds: number): Promise<IngestCost> {
  const stage = await Stage.open();
  try {
    const workers = stage.workers(WORKERS, WORKERS * LINES_PER_WORKER);
    for (const worker of workers) await stage.push(worker);
    const first = workers.reduce((sum, { points }) => sum + points, 0);
    const before = processCost(stage.sidecar.pid).cpuSeconds;
    const began = performance.now();
    let pushed = 0;
    for (let turn = 0; performance.now() - began < seconds * 1000; turn++) {
      const worker = workers[turn % WORKERS]!;
      await stage.push(worker);
      pushed += worker.points;
      await wait(Math.max(0, began + (pushed / POINTS_PER_SECOND) * 1000 - performance.now()));
    }
    const passed = (performance.now() - began) / 1000;
    const after = processCost(stage.sidecar.pid);
    return {
      sent: first + pushed,
      received: await stage.stored(),
      seconds: passed,
      cpu: (after.cpuSeconds - before) / passed,
      rss: after.rss,
    };
  } finally {
    await stage.close();
  }
}
