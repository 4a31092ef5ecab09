import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settled } from '../agreement.ts';
import { total } from '../exposition.ts';
import type { Fault } from './fault.ts';
import { runFaults } from './fault-schedule.ts';
import type { FaultWindow } from './fault-schedule.ts';
import { FaultStage, requestsOf } from './fault-stage.ts';
import { latencies, quantile } from './latencies.ts';
import { LedgerCluster } from './ledger-cluster.ts';
import { OpenLoad } from './open-load.ts';
import { outsideFaults } from './outside-faults.ts';
import { sidecarFaults } from './sidecar-faults.ts';

const SECONDS = Number(process.env['OUTRIDER_FAULT_RUN_SECONDS'] ?? 30);
const SEED = Number(process.env['OUTRIDER_FAULT_RUN_SEED'] ?? 20_261_121);
const PER_SECOND = 100;
// What is under way when the time is up, and set-up.
const MORE_MS = 120_000;
const DRAINED_MS = 40_000;
const EXACT_MS = 5_000;
// Said of each fault, and at each start; a line a second would be a line a look.
const LINES_PER_FAULT = 15;
// Of one killed worker: what it was serving and what its primary had just handed to it.
const LOST_WITH_A_WORKER = 10;
const HANDED_OVER_MS = 1_000;
// Eight processes and a database share two cores with the load itself.
const EXTRA_P99_MS = 2_000;

describe('faults at random', () => {
  let stage: FaultStage;

  beforeEach(async () => {
    stage = await FaultStage.open();
  });

  afterEach(() => stage.close());

  it('change no total and no answer', { timeout: SECONDS * 1000 + MORE_MS }, async () => {
    process.stdout.write(`fault run of ${SECONDS} s with OUTRIDER_FAULT_RUN_SEED=${SEED}\n`);
    await stage.start();
    const { applications, cluster } = stage;
    const loads = applications.map((application) => {
      return { application, load: new OpenLoad(application.port, PER_SECOND, { keepAlive: true }) };
    });
    const clusterLoad = new OpenLoad(cluster.port, PER_SECOND, { keepAlive: false });
    const allLoads = [...loads.map(({ load }) => load), clusterLoad];
    const stop = new AbortController();
    const scraping = stage.scraper.run(stop.signal);

    const until = performance.now() + SECONDS * 1000;
    const lanes = [sidecarFaults, outsideFaults].map((faults, lane) => runFaults(stage, faults, SEED + lane, until));
    const windows = (await Promise.all(lanes)).flat();
    await Promise.all(allLoads.map((load) => load.stop()));

    await expectTotals(stage);
    await expectBackendToAgree(stage);
    stop.abort();
    await scraping;
    report(stage, windows, allLoads);

    expect(stage.scraper.wrong).toEqual([]);
    expect(cluster.output).toBe('');
    for (const { application, load } of loads) {
      const { sent, answers, failures } = load;
      expect({ failures, answered: answers.length }).toEqual({ failures: [], answered: sent });
      expect((await application.report()).received).toBe(sent);
      expect(application.running).toBe(true);
      expect(application.output).toBe('');
      const { calm, faulty } = latencies(answers, windows);
      expect(quantile(faulty, 0.99)).toBeLessThan((calm.length > 0 ? quantile(calm, 0.99) : 0) + EXTRA_P99_MS);
    }
    expectLossOnlyWithWorkers(clusterLoad, windows);
    expect(clusterLoad.answers.length).toBeLessThanOrEqual(await cluster.everReceived());
    for (const { name, logged } of happened(windows)) {
      if (logged !== undefined)
        expect(
          stage.log.some((line) => logged.test(line)),
          `a line about ${name}`,
        ).toBe(true);
    }
    expect(stage.log.length).toBeLessThan(LINES_PER_FAULT * (windows.length + 1));
  });
});

/** Expects the sidecar to count what the applications counted themselves. */
async function expectTotals(stage: FaultStage): Promise<void> {
  const reportOf = await settled(stage.applications);
  const expected = stage.applications.map((application) => reportOf(application).received);
  const known = await stage.cluster.known(stage.run);
  const counted = async (): Promise<number[]> => {
    const samples = await stage.stage.samples();
    return stage.applications.map(({ service }) => requestsOf(samples, service));
  };
  await expect.poll(counted, { timeout: EXACT_MS, interval: 50 }).toEqual(expected);
  const clusterTotal = async (): Promise<number> => requestsOf(await stage.stage.samples(), LedgerCluster.JOB);
  await expect.poll(clusterTotal, { timeout: EXACT_MS, interval: 50 }).toBeGreaterThanOrEqual(known.least);
  expect(await clusterTotal()).toBeLessThanOrEqual(known.most);
  const samples = await stage.stage.samples();
  for (const [at, { service }] of stage.applications.entries()) {
    const job = { job: service };
    expect(total(samples, 'http_server_request_outcomes_total', job)).toBe(expected[at]);
    expect(total(samples, 'http_server_request_duration_seconds_bucket', { ...job, le: '+Inf' })).toBe(expected[at]);
  }
}

/** Expects the backend to have heard the same in the end. */
async function expectBackendToAgree(stage: FaultStage): Promise<void> {
  const counted = async (of: FaultStage['stage']): Promise<number[]> => {
    const samples = await of.samples();
    return stage.applications.map(({ service }) => requestsOf(samples, service));
  };
  const expected = await counted(stage.stage);
  await expect.poll(() => counted(stage.backendStage), { timeout: DRAINED_MS, interval: 200 }).toEqual(expected);
}

/** A killed worker takes the connections with it that it had; nothing else may fail. */
function expectLossOnlyWithWorkers({ sent, answers, failures }: OpenLoad, windows: readonly FaultWindow[]): void {
  const kills = windows.filter(({ name }) => name === 'worker killed');
  const others = failures.filter(
    ({ due }) => !kills.some(({ from }) => due > from - HANDED_OVER_MS && due < from + HANDED_OVER_MS),
  );
  expect(others).toEqual([]);
  expect(failures.length).toBeLessThanOrEqual(kills.length * LOST_WITH_A_WORKER);
  expect(answers.length + failures.length).toBe(sent);
}

function happened(windows: readonly FaultWindow[]): Fault[] {
  const names = new Set(windows.map(({ name }) => name));
  return [...sidecarFaults, ...outsideFaults].filter(({ name }) => names.has(name));
}

function report({ scraper, log, run }: FaultStage, windows: readonly FaultWindow[], loads: readonly OpenLoad[]): void {
  const times = new Map<string, number[]>();
  for (const { name, from, to } of windows) times.set(name, [...(times.get(name) ?? []), to - from]);
  const lines = [...times].map(
    ([name, took]) => `  ${name}: ${took.length} times, over after ${Math.round(Math.max(...took))} ms at most`,
  );
  for (const { sent, answers, failures } of loads) {
    const { calm, faulty } = latencies(answers, windows);
    const p99 = [calm, faulty].map((values) => quantile(values, 0.99).toFixed(1));
    lines.push(`  load: ${sent} sent, ${failures.length} not answered, p99 ${p99[0]} ms calm, ${p99[1]} ms in faults`);
  }
  const scrapes = `${scraper.durations.length} scrapes, p99 ${quantile(scraper.durations, 0.99).toFixed(1)} ms`;
  lines.push(`  ${run} sidecars, ${log.length} lines logged, ${scrapes}, ${scraper.wrong.length} wrong`);
  process.stdout.write(`${windows.length} faults:\n${lines.join('\n')}\n`);
}
