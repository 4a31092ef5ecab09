import type { Metric } from '../metric.ts';
import { absentBecause } from './absent.ts';
import { numbers } from './collector.ts';
import type { Collection, Collector, CollectorContext, CollectorFactory } from './collector.ts';
import { readIfThere } from './read-if-there.ts';

/** Open files of the whole host. */
export interface FileDescriptors {
  readonly open: number;
  /** `undefined` if there is no limit. */
  readonly limit: number | undefined;
}

const COUNT = 'system.file_descriptor.count';
const LIMIT = 'system.file_descriptor.limit';

/**
 * The figures of `/proc/sys/fs/file-nr` (proc_sys_fs(5)): allocated, of these unused, and the limit. systemd sets the
 * limit to the largest there is, 2^63 - 1, to have none: whatever is too large to be counted exactly is no limit.
 *
 * @throws {Error} if there are none
 */
export function parseFileNr(text: string): FileDescriptors {
  const found = /^(\d+)\s+(\d+)\s+(\d+)\s*$/.exec(text);
  if (found === null) throw new Error(`/proc/sys/fs/file-nr has no three numbers: ${text.trim()}`);
  const [allocated, unused, limit] = [Number(found[1]), Number(found[2]), Number(found[3])];
  return { open: Math.max(0, allocated - unused), limit: limit > Number.MAX_SAFE_INTEGER ? undefined : limit };
}

/** Open file descriptors of the host and how many there can be, from `/proc/sys/fs/file-nr`. */
export const fileDescriptors: CollectorFactory = ({ procRoot }: CollectorContext): Collector => ({
  async collect(): Promise<Collection> {
    const path = `${procRoot}/sys/fs/file-nr`;
    const text = await readIfThere(path);
    if (text === undefined) return { metrics: [], absent: absentBecause([COUNT, LIMIT], `${path} does not exist`) };
    const { open, limit } = parseFileNr(text);
    const metrics: Metric[] = [];
    const absent: Record<string, string> = {};
    // The kernel leaves out what each CPU has counted up to 32 or so. That there are none cannot be: this is one.
    if (open > 0) metrics.push(numbers(COUNT, [[open]]));
    else absent[COUNT] = 'the kernel has not added them up yet, so few are they';
    if (limit === undefined) absent[LIMIT] = 'the kernel sets no limit';
    else metrics.push(numbers(LIMIT, [[limit]]));
    return { metrics, absent };
  },
});
