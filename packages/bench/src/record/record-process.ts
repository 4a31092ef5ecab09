import { serveParent } from '../harness/parent.ts';
import { loadSubject } from '../subjects/registry.ts';
import { seriesKeys } from '../subjects/series.ts';
import { Workload, recordEach } from '../subjects/workload.ts';
import { assertTotals } from '../totals/totals.ts';

/** Asks for so many records; 0 for the check that all of them arrived. */
export interface RecordRequest {
  readonly records: number;
}

/** What they cost. */
export interface RecordReply {
  /** CPU time of the process, user and system, in nanoseconds. */
  readonly cpuNanos: number;
}

const [, , name, series, seed] = process.argv;
const keys = seriesKeys(Number(series));
const create = await loadSubject(name);
const subject = create(keys);
const workload = new Workload(keys.length, Number(seed));
const sumOfEach = recordEach(subject, keys.length);

serveParent({}, async ({ records }: RecordRequest): Promise<RecordReply> => {
  if (records === 0) await check();
  const begun = process.cpuUsage();
  workload.record(subject, records);
  const { user, system } = process.cpuUsage(begun);
  return { cpuNanos: (user + system) * 1000 };
});

// A compiler may leave out what nobody looks at.
async function check(): Promise<void> {
  const expected = { series: keys.length, count: keys.length + workload.count, sum: sumOfEach + workload.sum() };
  assertTotals(name ?? '', await subject.totals(), expected);
}
