import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { select, total } from './exposition.ts';
import { procWithoutKills } from './linked-proc.ts';
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

const JOB = 'acceptance-cluster';

/** What the primary of `cluster-app.mjs` says. */
interface Said {
  readonly worker: number;
  /** What happened to the worker; 0 is the primary itself. `slow`: it has been sent a slow request. */
  readonly kind: 'started' | 'listening' | 'slow' | 'ended';
  readonly port?: number;
  readonly code?: number | null;
  readonly signal?: string | null;
}

describe('node:cluster', () => {
  let stage: Stage;
  let cluster: TestProgram<Said>;
  let counted: RequestCount;
  let sent: number;
  let port: number;
  let forked: number;

  beforeEach(async () => {
    stage = await Stage.open();
    await stage.startSidecar({ args: ['--proc-root', await procWithoutKills(join(stage.folder, 'proc'))] });
    counted = new RequestCount(stage, JOB);
    sent = 0;
    forked = 0;
  });

  afterEach(async () => {
    try {
      await cluster.stop();
    } finally {
      await stage.close();
    }
  });

  async function start(environment: NodeJS.ProcessEnv = {}): Promise<void> {
    cluster = new TestProgram<Said>('cluster-app.mjs', pushingTo(stage, { OTEL_SERVICE_NAME: JOB, ...environment }));
    await cluster.hear({ kind: 'started' });
  }

  /** Forks a worker, and tells its number once it listens. */
  async function fork(env: NodeJS.ProcessEnv = {}, execArgv: readonly string[] = []): Promise<number> {
    forked += 1;
    cluster.tell({ act: 'fork', env, execArgv });
    ({ port = 0 } = await cluster.hear({ worker: forked, kind: 'listening' }));
    return forked;
  }

  async function send(count: number): Promise<void> {
    await sendEach(port, '/items/1', count);
    sent += count;
  }

  async function ended(worker: number, how: Pick<Said, 'code' | 'signal'>): Promise<void> {
    await eventually(() => cluster.said({ worker, ...how }).length, 1);
  }

  it('loses no request of a worker that ends, and gives its slot to the next', { timeout: 60_000 }, async () => {
    await start();
    const workers = [await fork({ ON_SIGTERM: 'exit' }), await fork(), await fork(), await fork(), await fork()];
    const slots = ['0', '1', '2', '3', '4'];
    await pushing(stage, workers.length);
    const endings = [
      { act: 'signal', signal: 'SIGTERM', how: { code: 0, signal: null } },
      { act: 'disconnect', how: { code: 0, signal: null } },
      { act: 'kill', how: { code: null, signal: 'SIGTERM' } },
      { act: 'tell', message: 'exit', how: { code: 3, signal: null } },
      { act: 'tell', message: 'throw', how: { code: 1, signal: null } },
    ];
    for (const { how, ...ending } of endings) {
      await send(40);
      const worker = workers.shift() ?? 0;
      cluster.tell({ ...ending, worker });
      await ended(worker, how);
      workers.push(await fork());
      await pushing(stage, workers.length);
    }
    await send(40);
    for (const worker of workers) {
      cluster.tell({ act: 'kill', worker });
      await ended(worker, { code: null, signal: 'SIGTERM' });
    }
    // Read once, at the end: the slots have been taken over meanwhile, and the counts with them.
    expect(await counted.read()).toBe(sent);
    expect(await workersOf(stage, JOB)).toEqual(slots);
    // By signals, by themselves, by code 3, by an error; and those of the last round.
    expect(await exitsOf(stage, JOB)).toEqual({ graceful: 3 + 5, crash: 2 });
    expect(await restarts()).toBe(5);
  });

  it('counts what is answered between SIGTERM and process.exit()', { timeout: 60_000 }, async () => {
    await start();
    const worker = await fork({ ON_SIGTERM: 'exit' });
    const answers = sendEach(port, '/slow', 8);
    await eventually(() => cluster.said({ kind: 'slow' }).length, 8);
    cluster.tell({ act: 'signal', worker, signal: 'SIGTERM' });
    await answers;
    await ended(worker, { code: 0, signal: null });
    expect(await counted.read()).toBe(8);
  });

  it('loses no request when its primary is killed, since the workers notice and end', { timeout: 60_000 }, async () => {
    await start();
    await fork();
    await fork();
    await pushing(stage, 2);
    await send(40);
    cluster.signal('SIGKILL');
    await counted.reach(sent);
    await pushing(stage, 0);
  });

  it('tells how each worker is and how it ended, and counts on exactly', { timeout: 60_000 }, async () => {
    await start({ OTEL_METRIC_EXPORT_INTERVAL: '500' });
    const [killed, leaving, blocked] = [await fork(), await fork(), await fork()];
    const leaking = await fork({}, ['--max-old-space-size=64']);
    await eventually(() => workerStates(stage, JOB), { live: 4, silent: 0 });
    expect(await exitsOf(stage, JOB)).toEqual({});
    const round = async (): Promise<void> => {
      await send(40);
      await counted.reach(sent);
    };

    await round();
    cluster.tell({ act: 'signal', worker: killed, signal: 'SIGKILL' });
    await ended(killed, { code: null, signal: 'SIGKILL' });
    const began = performance.now();
    await eventually(() => exitsOf(stage, JOB), { killed: 1 });
    // By its silence alone it would be 15 seconds.
    expect(performance.now() - began).toBeLessThan(5000);
    await eventually(() => workerStates(stage, JOB), { live: 3, silent: 0 });
    await eventually(gauges, 3);
    await fork();

    await round();
    cluster.tell({ act: 'disconnect', worker: leaving });
    await ended(leaving, { code: 0, signal: null });
    await eventually(() => exitsOf(stage, JOB), { killed: 1, graceful: 1 });
    await fork();

    await round();
    cluster.tell({ act: 'tell', worker: blocked, message: 'block' });
    await eventually(() => workerStates(stage, JOB), { live: 3, silent: 1 });
    await eventually(gauges, 3);
    await eventually(() => workerStates(stage, JOB), { live: 4, silent: 0 });

    await round();
    cluster.tell({ act: 'tell', worker: leaking, message: 'leak' });
    await ended(leaking, { code: null, signal: 'SIGABRT' });
    await eventually(() => exitsOf(stage, JOB), { killed: 1, graceful: 1, out_of_memory: 1 });
    await fork();

    await round();
    await eventually(() => workerStates(stage, JOB), { live: 4, silent: 0 });
    expect(await restarts()).toBe(3);
    expect(await workersOf(stage, JOB)).toEqual(['0', '1', '2', '3']);
  });

  async function restarts(): Promise<number> {
    return total(await stage.samples(), 'app_process_restarts_total', { job: JOB });
  }

  /** How many workers tell how their event loop is now. */
  async function gauges(): Promise<number> {
    return select(await stage.samples(), 'nodejs_eventloop_utilization_ratio', { job: JOB }).length;
  }
});
