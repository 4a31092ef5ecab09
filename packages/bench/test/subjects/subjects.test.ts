import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReceiver } from '../../src/harness/receiver.ts';
import type { Receiver } from '../../src/harness/receiver.ts';
import { Relay } from '../../src/push/relay.ts';
import { subjects } from '../../src/subjects/registry.ts';
import type { SubjectName } from '../../src/subjects/registry.ts';
import { seriesKeys } from '../../src/subjects/series.ts';
import { Workload, recordEach } from '../../src/subjects/workload.ts';
import { assertTotals } from '../../src/totals/totals.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

// It records durations of its own.
const OWN_DURATIONS: SubjectName = 'outrider, requests made';
const names = Object.keys(subjects) as SubjectName[];
const measured = names.filter((name) => name !== OWN_DURATIONS);

test.each(measured.flatMap((name) => [160, 2000].map((series) => [name, series] as const)))(
  '%s has all that was recorded, in %i series',
  async (name, series) => {
    const create = await subjects[name]();
    const subject = create(seriesKeys(series));
    const workload = new Workload(series, 1);
    const sum = recordEach(subject, series);
    // More than once around.
    workload.record(subject, 70_000);
    workload.record(subject, 1);
    const totals = await subject.totals();
    assertTotals(name, totals, { series, count: series + 70_001, sum: sum + workload.sum() });
    expect(totals.series).toBe(series);
  },
);

test('the recorder with requests of its own counts as many', async () => {
  const create = await subjects[OWN_DURATIONS]();
  const subject = create(seriesKeys(160));
  new Workload(160, 1).record(subject, 1000);
  expect(await subject.totals()).toMatchObject({ count: 1000 });
});

test.each(['outrider', 'otel, the same histograms'] as const)('%s is read by a push to the sidecar', async (name) => {
  // OpenTelemetry's SDK does not tell an export that failed.
  const relay = await Relay.start(receiver.socket);
  try {
    const create = await subjects[name]();
    const subject = create(seriesKeys(8), relay.socket);
    recordEach(subject, 8);
    await subject.read?.();
    expect(relay.accepted).toBe(1);
  } finally {
    await relay.close();
  }
});
