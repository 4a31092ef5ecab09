import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { select } from './exposition.ts';
import type { Sample } from './exposition.ts';
import { Stage } from './stage.ts';
import {
  RequestCount,
  TestProgram,
  exitsOf,
  pushing,
  pushingTo,
  sendEach,
  workerStates,
  workersOf,
} from './workers.ts';

const JOB = 'acceptance-threads';
const THREADS = 3;

/** What the main thread of `threads-app.mjs` says. */
interface Said {
  readonly thread: number;
  readonly kind: 'listening' | 'ended';
  readonly port?: number;
  readonly code?: number;
}

describe('worker_threads', () => {
  let stage: Stage;
  let program: TestProgram<Said>;
  let counted: RequestCount;
  let ports: readonly number[];
  let sent: number;

  beforeEach(async () => {
    stage = await Stage.open();
    await stage.startSidecar();
    counted = new RequestCount(stage, JOB);
    sent = 0;
  });

  afterEach(async () => {
    try {
      await program.stop();
    } finally {
      await stage.close();
    }
  });

  async function start(environment: NodeJS.ProcessEnv): Promise<void> {
    program = new TestProgram<Said>('threads-app.mjs', pushingTo(stage, { OTEL_SERVICE_NAME: JOB, ...environment }));
    const heard = [1, 2, 3].map((thread) => program.hear({ thread, kind: 'listening' }));
    ports = (await Promise.all(heard)).map(({ port }) => port ?? 0);
  }

  async function send(): Promise<void> {
    for (const port of ports) await sendEach(port, '/items/1', 20);
    sent += 20 * ports.length;
  }

  async function ofJob(name: string): Promise<Sample[]> {
    return select(await stage.samples(), name, { job: JOB });
  }

  it.each([
    ['the default of SIGTERM', {}, 'SIGTERM'],
    ['process.exit() on SIGTERM', { ON_SIGTERM: 'exit' }, 'code 0'],
  ])('are all counted to the last request, also on %s', { timeout: 60_000 }, async (_name, environment, how) => {
    await start({ MAIN_OBSERVES: 'true', ...environment });
    await pushing(stage, 1 + THREADS);
    await send();
    program.signal('SIGTERM');
    expect(await program.ended()).toBe(how);
    expect(await counted.read()).toBe(sent);
    // Each a session and a slot of its own; the main thread has served nothing.
    expect(await workersOf(stage, JOB)).toHaveLength(THREADS);
    // The end of a thread is not that of a process.
    expect(await exitsOf(stage, JOB)).toEqual({ graceful: 1 });
    expect(program.output).toBe('');
  });

  it.each([
    ['main thread', { MAIN_OBSERVES: 'true' }, 1 + THREADS],
    ['first thread', {}, THREADS],
  ])('tell what concerns the process once, the %s does', { timeout: 60_000 }, async (_name, environment, observing) => {
    await start({ ...environment, OTEL_METRIC_EXPORT_INTERVAL: '300' });
    await pushing(stage, observing);
    await eventually(async () => (await ofJob('nodejs_eventloop_delay_p99_seconds')).length, observing);
    expect(await ofJob('nodejs_heap_size_limit_bytes')).toHaveLength(observing);
    for (const name of ['process_memory_usage_bytes', 'process_uptime_seconds']) {
      await eventually(async () => (await ofJob(name)).length, 1);
    }
    expect(await ofJob('process_cpu_time_seconds_total')).toHaveLength(2);
  });

  it(
    'push as they end, by themselves or by process.exit(), but not when they are terminated',
    { timeout: 60_000 },
    async () => {
      await start({});
      await pushing(stage, THREADS);
      await send();
      program.tell({ act: 'close', thread: 1 });
      await program.hear({ thread: 1, code: 0 });
      expect(await counted.read()).toBe(sent / THREADS);
      program.tell({ act: 'exit', thread: 2 });
      await program.hear({ thread: 2, code: 4 });
      expect(await counted.read()).toBe((sent / THREADS) * 2);
      await pushing(stage, 1);
      // Nobody can see this one coming.
      program.tell({ act: 'terminate', thread: 3 });
      await program.hear({ thread: 3, code: 1 });
      expect(await counted.read()).toBe((sent / THREADS) * 2);
      await eventually(() => workerStates(stage, JOB), { live: 0, silent: 0 });
      expect(await exitsOf(stage, JOB)).toEqual({});
    },
  );
});
