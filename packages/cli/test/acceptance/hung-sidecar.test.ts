import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectAgreement, pushed, reportsOf } from './agreement.ts';
import { FRAMEWORKS } from './application.ts';
import type { Application } from './application.ts';
import { total } from './exposition.ts';
import { perApplication } from './per-application.ts';
import type { PerApplication } from './per-application.ts';
import { Stage } from './stage.ts';
import { nothingSeen, sendSteadily } from './traffic.ts';
import type { Seen } from './traffic.ts';

// A push is given up after two seconds, so that an application that waited for one would be late by up to that much,
// most of the time. What a loaded machine adds by itself is far less.
const EXTRA_P99_MS = 100;
const EXTRA_MOST_MS = 1000;
const BASELINE_REQUESTS = 400;

describe('a sidecar that hangs', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });

  afterEach(() => stage.close());

  it('changes nothing for the applications, and misses nothing', { timeout: 90_000 }, async () => {
    const sidecar = await stage.startSidecar();
    await stage.startPrometheus();
    const applications = await Promise.all(FRAMEWORKS.map((framework) => stage.startApplication(framework)));
    const seenBefore = await underTraffic(applications, (seen) => enough(seen, BASELINE_REQUESTS));

    process.kill(sidecar.pid, 'SIGSTOP');
    const seenDuring = await underTraffic(applications, async () =>
      pushed(applications, 'late', await reportsOf(applications), 2),
    );
    process.kill(sidecar.pid, 'SIGCONT');

    for (const application of applications) {
      const [before, during] = [seenBefore(application), seenDuring(application)];
      expect(during.errors).toEqual([]);
      expect(during.answered).toEqual({ 200: during.sent });
      expect(application.output).toBe('');
      expect(quantile(during.latencies, 0.99)).toBeLessThan(quantile(before.latencies, 0.99) + EXTRA_P99_MS);
      expect(quantile(during.latencies, 1)).toBeLessThan(quantile(before.latencies, 1) + EXTRA_MOST_MS);
    }
    await expectAgreement(stage, applications);
    // They gave up connections meanwhile; none was taken for dead.
    expect(total(await stage.samples(), 'app_process_exits_total')).toBe(0);
  });
});

/** Sends steadily to all applications until a condition holds; what the client saw of each. */
async function underTraffic(
  applications: readonly Application[],
  condition: (seen: readonly Seen[]) => Promise<void>,
): Promise<PerApplication<Seen>> {
  const stop = new AbortController();
  const seen = applications.map(nothingSeen);
  const seenOf = perApplication(applications, seen);
  const traffic = applications.map((application) => sendSteadily(application.port, seenOf(application), stop.signal));
  await condition(seen);
  stop.abort();
  await Promise.all(traffic);
  return seenOf;
}

async function enough(seen: readonly Seen[], requests: number): Promise<void> {
  const missing = (): number[] => seen.map(({ latencies }) => latencies.length).filter((count) => count < requests);
  await expect.poll(missing, { timeout: 20_000, interval: 20 }).toEqual([]);
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? NaN;
}
