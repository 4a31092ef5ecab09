import { serveParent } from '../harness/parent.ts';
import { collectGarbage } from '../memory/collect-garbage.ts';
import { loadSubject } from '../subjects/registry.ts';
import { seriesKeys } from '../subjects/series.ts';
import { Workload, recordEach } from '../subjects/workload.ts';
import { bytesOf } from './own-files.ts';
import { AllocationSampling } from './sampling.ts';

/** What some records allocated, in bytes. */
export interface RecorderAllocations {
  /** By samples. */
  readonly sampled: number;
  /** By the growth of the heap, without a collection in between. */
  readonly grown: number;
}

const [, , name, series, seed, records] = process.argv;
const count = Number(records);
const keys = seriesKeys(Number(series));
const create = await loadSubject(name);
const subject = create(keys);
const workload = new Workload(keys.length, Number(seed));
recordEach(subject, keys.length);

// Compiling allocates, too.
for (let times = 0; times < 5; times++) workload.record(subject, count);

const grown = growth();
const sampling = new AllocationSampling();
await sampling.start();
workload.record(subject, count);
const sampled = bytesOf(await sampling.stop());

serveParent({ sampled, grown } satisfies RecorderAllocations, () => subject.totals());

function growth(): number {
  collectGarbage();
  const { heapUsed } = process.memoryUsage();
  workload.record(subject, count);
  return process.memoryUsage().heapUsed - heapUsed;
}
