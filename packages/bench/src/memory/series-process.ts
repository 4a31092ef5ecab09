import { serveParent } from '../harness/parent.ts';
import { loadSubject } from '../subjects/registry.ts';
import { seriesKeys } from '../subjects/series.ts';
import { recordEach } from '../subjects/workload.ts';
import { collectGarbage } from './collect-garbage.ts';

/** What the series of one recorder hold, in bytes of heap and array buffers. */
export interface SeriesMemory {
  /** Once each has a value. */
  readonly recorded: number;
  /** Once all have been read, too: pushed, exported or written out. */
  readonly read: number;
}

/** Series of the recorder that is there only to have all code loaded. */
const FEW = 8;

const [, , name, series, socket] = process.argv;
const create = await loadSubject(name);
const keys = seriesKeys(Number(series));
const first = create(keys.slice(0, FEW), socket);
recordEach(first, FEW);
await first.read?.();

const before = bytes();
const subject = create(keys, socket);
recordEach(subject, keys.length);
const recorded = bytes() - before;
await subject.read?.();
const memory: SeriesMemory = { recorded, read: bytes() - before };

// The recorders must be alive until here, as they are for as long as there is somebody to ask.
serveParent(memory, async () => [await first.totals(), await subject.totals()]);

function bytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
