import { Session } from 'node:inspector/promises';
import type { HeapProfiler } from 'node:inspector/promises';

/** What was allocated at one place of the code, in bytes, as far as can be told from samples. */
export interface AllocationSite {
  /** URL of the file; empty for what V8 does itself. */
  readonly url: string;
  readonly functionName: string;
  readonly bytes: number;
}

/** Of so many bytes that are allocated, one sample is taken. */
const INTERVAL_BYTES = 1024;

/** Samples what is allocated from now on until it is stopped, collected garbage and all. */
export class AllocationSampling {
  readonly #session = new Session();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('HeapProfiler.startSampling', {
      samplingInterval: INTERVAL_BYTES,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
  }

  /** Ends the sampling; the answer has the sites that allocated most first. */
  async stop(): Promise<AllocationSite[]> {
    const { profile } = await this.#session.post('HeapProfiler.stopSampling');
    this.#session.disconnect();
    return sitesOf(profile.head);
  }
}

// A function stands in the tree once for each way that it was called.
function sitesOf(head: HeapProfiler.SamplingHeapProfileNode): AllocationSite[] {
  const sites = new Map<string, AllocationSite>();
  const visit = ({ callFrame, selfSize, children }: HeapProfiler.SamplingHeapProfileNode): void => {
    const { url, functionName } = callFrame;
    const key = `${url} ${functionName}`;
    if (selfSize > 0) sites.set(key, { url, functionName, bytes: (sites.get(key)?.bytes ?? 0) + selfSize });
    for (const child of children) visit(child);
  };
  visit(head);
  return [...sites.values()].toSorted((one, other) => other.bytes - one.bytes);
}
