import type { AddressInfo } from 'node:net';
import { serveParent } from '../harness/parent.ts';
import { frameworks } from '../overhead/frameworks/registry.ts';
import { bytesOf, isOwn } from './own-files.ts';
import { AllocationSampling } from './sampling.ts';
import type { AllocationSite } from './sampling.ts';

/** Where the requests begin whose allocations are sampled, and where they end. */
export type SamplingRequest = 'begin' | 'end';

/** What was allocated in between, in bytes. */
export interface ServerAllocations {
  /** By everything in the process. */
  readonly all: number;
  /** By Outrider's own files. */
  readonly own: readonly AllocationSite[];
}

const { server } = await frameworks.express.start(process.argv[2] ?? '');
const sampling = new AllocationSampling();

serveParent({ port: (server.address() as AddressInfo).port }, async (request: SamplingRequest) => {
  if (request === 'begin') {
    await sampling.start();
    return {};
  }
  const sites = await sampling.stop();
  return { all: bytesOf(sites), own: sites.filter(isOwn) } satisfies ServerAllocations;
});
