import { setTimeout as wait } from 'node:timers/promises';
import { total } from '../exposition.ts';
import { RECOVERY_MS, SEEN_MS } from './fault.ts';
import type { Fault } from './fault.ts';
import type { FaultStage, WatchedName } from './fault-stage.ts';
import { sendGarbage } from './garbage.ts';
import { isBack, isOut } from './watched-state.ts';

// A request that hung is given up after two seconds, and sent again after some more.
const DRAINED_MS = 15_000;

function hung(system: WatchedName): Fault {
  return {
    name: `${system} hung`,
    async run(stage, random) {
      const hungMs = random.between(0, 2000);
      stage.servers[system].hang();
      await stage.time.within(SEEN_MS, `${system} is out`, () => isOut(stage.stage, system));
      await wait(hungMs);
      stage.servers[system].resume();
      await stage.time.within(RECOVERY_MS, `${system} is back`, () => isBack(stage.stage, system));
    },
    logged: new RegExp(`${system}/`),
  };
}

function killed(system: WatchedName): Fault {
  return {
    name: `${system} killed`,
    async run(stage, random) {
      const absentMs = random.between(0, 1000);
      await stage.servers[system].kill();
      await stage.time.within(SEEN_MS, `${system} is out`, () => isOut(stage.stage, system));
      await wait(absentMs);
      stage.scraper.forget(`${system}_`);
      await stage.servers[system].start();
      await stage.time.within(RECOVERY_MS, `${system} is back`, () => isBack(stage.stage, system));
    },
    logged: new RegExp(`${system}/`),
  };
}

const backendDown: Fault = {
  name: 'backend killed',
  async run(stage, random) {
    const absentMs = random.between(500, 3000);
    stage.backend.kill();
    await stage.backend.exited;
    await stage.time.within(SEEN_MS, 'data points wait for the backend', async () => (await queued(stage)) > 0);
    await wait(absentMs);
    await stage.startBackend();
    await drained(stage);
  },
  logged: /backend/,
};

const diskFull: Fault = {
  name: 'backend hung and disk full',
  async run(stage, random) {
    const fullMs = random.between(1000, 3000);
    stage.disk.fill();
    process.kill(stage.backend.pid, 'SIGSTOP');
    // All of the memory for what waits is in use, and the disk takes nothing: the oldest goes, and is counted.
    const { run } = stage;
    const before = await stage.time.answer(SEEN_MS, 'what was lost', () => lost(stage));
    await stage.time.within(4 * SEEN_MS, 'what has no room is counted', async () => {
      return stage.run !== run || (await lost(stage)) > before;
    });
    await wait(fullMs);
    stage.disk.clear();
    process.kill(stage.backend.pid, 'SIGCONT');
    await drained(stage);
  },
  logged: /spool/,
};

const garbage: Fault = {
  name: 'garbage',
  async run(stage, random) {
    const { metrics, otlp } = stage.stage.ports;
    const { outages } = stage.time;
    await sendGarbage(otlp, random);
    await sendGarbage(metrics, random);
    const rejected = async (): Promise<boolean> =>
      stage.time.outages !== outages ||
      total(await stage.stage.samples(), 'outrider_receiver_requests_total', { result: 'rejected' }) > 0;
    await stage.time.within(SEEN_MS, 'what was rejected is counted', rejected);
  },
};

/** What befalls what is around the sidecar: these go on beside what befalls itself. */
export const outsideFaults: readonly Fault[] = [
  hung('redis'),
  killed('redis'),
  hung('postgresql'),
  killed('postgresql'),
  backendDown,
  diskFull,
  garbage,
];

async function drained(stage: FaultStage): Promise<void> {
  // What has just been pushed may be on its way.
  const few = async (): Promise<boolean> =>
    (await queued(stage)) < total(await stage.stage.samples(), 'outrider_store_series');
  await stage.time.within(DRAINED_MS, 'the backend has what waited', few);
}

async function queued(stage: FaultStage): Promise<number> {
  return total(await stage.stage.samples(), 'outrider_forward_queued');
}

async function lost(stage: FaultStage): Promise<number> {
  return total(await stage.stage.samples(), 'outrider_forward_dropped_total', { reason: 'queue_full' });
}
