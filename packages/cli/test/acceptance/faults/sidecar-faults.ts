import { setTimeout as wait } from 'node:timers/promises';
import { select, total } from '../exposition.ts';
import { RECOVERY_MS, SEEN_MS } from './fault.ts';
import type { Fault } from './fault.ts';
import type { FaultStage } from './fault-stage.ts';
import { LedgerCluster } from './ledger-cluster.ts';

const killed: Fault = {
  name: 'sidecar killed',
  async run(stage, random) {
    const absentMs = random.between(0, 2000);
    stage.time.out();
    stage.sidecar.kill();
    await stage.sidecar.exited;
    await wait(absentMs);
    stage.scraper.restarted();
    await stage.startSidecar();
    stage.time.back();
    await stage.caughtUp(RECOVERY_MS);
  },
};

const stopped: Fault = {
  name: 'sidecar stopped',
  async run(stage, random) {
    const stoppedMs = random.between(2000, 4000);
    stage.time.out();
    process.kill(stage.sidecar.pid, 'SIGSTOP');
    await wait(stoppedMs);
    process.kill(stage.sidecar.pid, 'SIGCONT');
    stage.time.back();
    await stage.caughtUp(RECOVERY_MS);
  },
};

const reloaded: Fault = {
  name: 'reload of what is right',
  async run(stage, random) {
    const before = await reloads(stage, 'ok');
    await stage.configure(`limits:\n  labelLength: ${200 + random.below(100)}\n`);
    process.kill(stage.sidecar.pid, 'SIGHUP');
    await stage.time.within(SEEN_MS, 'the reload is counted', async () => (await reloads(stage, 'ok')) === before + 1);
    await stage.caughtUp(RECOVERY_MS);
  },
  logged: /reload/,
};

const refused: Fault = {
  name: 'reload of what is wrong',
  async run(stage) {
    const before = await reloads(stage, 'refused');
    await stage.configure('intervall: 5s\n');
    process.kill(stage.sidecar.pid, 'SIGHUP');
    const seen = async (): Promise<boolean> =>
      (await reloads(stage, 'refused')) === before + 1 && (await lastReload(stage)) === 0;
    await stage.time.within(SEEN_MS, 'the refused reload is counted', seen);
    await stage.configure();
    process.kill(stage.sidecar.pid, 'SIGHUP');
    await stage.time.within(SEEN_MS, 'the next one is right', async () => (await lastReload(stage)) === 1);
    await stage.caughtUp(RECOVERY_MS);
  },
  logged: /intervall/,
};

const workerBlocked: Fault = {
  name: 'worker blocked',
  async run(stage, random) {
    const at = random.below(stage.cluster.size);
    stage.cluster.block(at);
    await stage.time.within(SEEN_MS, 'a worker is silent', async () => (await workers(stage, 'silent')) === 1);
    await stage.time.within(SEEN_MS, 'no worker is silent', async () => (await workers(stage, 'silent')) === 0);
    await stage.caughtUp(RECOVERY_MS);
  },
};

const workerKilled: Fault = {
  name: 'worker killed',
  async run(stage, random) {
    const at = random.below(stage.cluster.size);
    const before = await exits(stage);
    await stage.cluster.kill(at, stage.run);
    await stage.time.within(SEEN_MS, 'the exit is counted', async () => (await exits(stage)) === before + 1);
    await stage.cluster.fork();
    await stage.caughtUp(RECOVERY_MS);
  },
};

/** What befalls the sidecar and those whose totals it holds: one at a time, so that what is lost is known. */
export const sidecarFaults: readonly Fault[] = [killed, stopped, reloaded, refused, workerBlocked, workerKilled];

async function reloads(stage: FaultStage, result: 'ok' | 'refused'): Promise<number> {
  return total(await stage.stage.samples(), 'outrider_config_reloads_total', { result });
}

async function lastReload(stage: FaultStage): Promise<number | undefined> {
  return select(await stage.stage.samples(), 'outrider_config_reload_success')[0]?.value;
}

async function workers(stage: FaultStage, state: string): Promise<number> {
  return total(await stage.stage.samples(), 'app_workers', { job: LedgerCluster.JOB, state });
}

async function exits(stage: FaultStage): Promise<number> {
  return total(await stage.stage.samples(), 'app_process_exits_total', { job: LedgerCluster.JOB });
}
