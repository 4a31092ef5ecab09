import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectAgreement, pushed, reportsOf, settled } from './agreement.ts';
import { FRAMEWORKS } from './application.ts';
import { perApplication } from './per-application.ts';
import { Stage } from './stage.ts';
import { nothingSeen, sendMix } from './traffic.ts';
import type { Seen } from './traffic.ts';

const REQUESTS = 3000;
const HEAP_GROWTH_LIMIT = 10 * 1024 * 1024;

describe('every request is counted once', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });

  afterEach(() => stage.close());

  it(
    'by Prometheus, the sidecar and the applications alike, also when the sidecar is killed',
    { timeout: 90_000 },
    async () => {
      const sidecar = await stage.startSidecar();
      await stage.startPrometheus();
      const applications = await Promise.all(FRAMEWORKS.map((framework) => stage.startApplication(framework)));
      const seenOf = perApplication(applications, applications.map(nothingSeen));

      await Promise.all(applications.map((application) => sendMix(application.port, REQUESTS, seenOf(application))));
      await expectAgreement(stage, applications);
      const before = await settled(applications);

      const stop = new AbortController();
      const traffic = applications.map(async (application) => {
        while (!stop.signal.aborted) await sendMix(application.port, 100, seenOf(application));
      });
      sidecar.kill();
      expect(await sidecar.exited).toBe('SIGKILL');
      await pushed(applications, 'failed', before, 4);
      await stage.startSidecar();
      await pushed(applications, 'ok', await reportsOf(applications), 2);
      stop.abort();
      await Promise.all(traffic);
      await expectAgreement(stage, applications);

      const after = await settled(applications);
      for (const application of applications) {
        expect(application.output).toBe('');
        expectSeen(seenOf(application), after(application).finished);
        expect(after(application).heapUsed - before(application).heapUsed).toBeLessThan(HEAP_GROWTH_LIMIT);
      }
    },
  );
});

/** Expects the client to have had the answer it was to have, every time it waited for one. */
function expectSeen({ sent, left, answered, errors }: Seen, finished: Readonly<Record<string, number>>): void {
  expect(errors).toEqual([]);
  expect(answered).toEqual(finished);
  expect(Object.keys(answered)).toEqual(['200', '404', '500']);
  expect(Object.values(answered).reduce((sum, count) => sum + count, left)).toBe(sent);
  // The errors that were asked for, and no other.
  expect(answered['500']).toBe(answered['404']);
}
