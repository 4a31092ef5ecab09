import { readFile, statfs } from 'node:fs/promises';
import { parseMountinfo } from '@outrider/core/cgroup';
import type { Mount } from '@outrider/core/cgroup';
import type { Metric } from '../metric.ts';
import { absentBecause, joinAbsent } from './absent.ts';
import { numbers } from './collector.ts';
import type { Collection, Collector, CollectorContext, CollectorFactory } from './collector.ts';
import { mountedDisks } from './mounted-disks.ts';

/** What `statfs` tells: blocks, and the size of one. */
export interface FileSystemStats {
  readonly bsize: number;
  /** The unit of the block counts where it is not `bsize`; older releases of Node.js do not tell. */
  readonly frsize?: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
}

/** Space of a file system in bytes, and the share of what users may fill that is used. */
export interface Space {
  readonly used: number;
  readonly free: number;
  readonly reserved: number;
  readonly utilization: number;
}

const USAGE = 'system.filesystem.usage';
const UTILIZATION = 'system.filesystem.utilization';

type Point = readonly [value: number, attributes: Record<string, string>];

const STATFS_DEADLINE_MS = 500;

// A statfs that hangs holds one of the four threads with which Node.js reads files and resolves names.
const MOST_PENDING = 2;

/**
 * The space of a file system as df(1) counts it: what only root may fill is neither free nor used.
 *
 * @throws {Error} if it has none
 */
export function toSpace({ bsize, frsize, blocks, bfree, bavail }: FileSystemStats): Space {
  const unit = frsize === undefined || frsize === 0 ? bsize : frsize;
  const unused = clamp(bfree, blocks);
  const free = clamp(bavail, unused);
  const used = blocks - unused;
  // All of it may be reserved; then there is no share to tell.
  if (used + free <= 0) throw new Error('statfs tells of no space');
  return { used: used * unit, free: free * unit, reserved: (unused - free) * unit, utilization: used / (used + free) };
}

// Some file systems promise users more than there is.
function clamp(count: number, most: number): number {
  return Math.min(Math.max(0, count), most);
}

/** Space of the file systems on this machine's disks, from `statfs`; network file systems are left out. */
export const filesystem: CollectorFactory = (context: CollectorContext): Collector =>
  filesystemCollector(context, (path) => statfs(path));

/** The collector with the call that may hang as a parameter. */
export function filesystemCollector(
  { procRoot }: CollectorContext,
  stat: (path: string) => Promise<FileSystemStats>,
): Collector {
  const pending = new Set<string>();

  const ask = async (path: string, signal: AbortSignal): Promise<Space> => {
    if (pending.has(path)) throw new Error('an earlier statfs has not answered yet');
    if (pending.size >= MOST_PENDING) throw new Error(`not asked, since ${MOST_PENDING} other file systems hang`);
    pending.add(path);
    const answer = stat(path).finally(() => pending.delete(path));
    return toSpace(await withDeadline(answer, signal));
  };

  return {
    async collect(signal): Promise<Collection> {
      const disks = mountedDisks(parseMountinfo(await readFile(`${procRoot}/self/mountinfo`, 'utf8')));
      signal.throwIfAborted();
      if (disks.length === 0) {
        return { metrics: [], absent: absentBecause([USAGE, UTILIZATION], 'no file system of a disk is mounted') };
      }
      const spaces: (readonly [Mount, Space])[] = [];
      const reasons: Record<string, string>[] = [];
      for (const mount of disks) {
        try {
          spaces.push([mount, await ask(mount.mountPoint, signal)]);
        } catch (error) {
          signal.throwIfAborted();
          const reason = `${mount.mountPoint}: ${error instanceof Error ? error.message : String(error)}`;
          reasons.push(absentBecause([USAGE, UTILIZATION], reason));
        }
      }
      return { metrics: spaces.length === 0 ? [] : spaceMetrics(spaces), absent: joinAbsent(reasons) };
    },
  };
}

async function withDeadline<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(new Error(`statfs has not answered for ${STATFS_DEADLINE_MS} ms`));
  const timer = setTimeout(giveUp, STATFS_DEADLINE_MS).unref();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

function spaceMetrics(spaces: ReadonlyArray<readonly [Mount, Space]>): Metric[] {
  const usage: Point[] = [];
  const utilization: Point[] = [];
  for (const [mount, space] of spaces) {
    const attributes = {
      'system.device.name': mount.source,
      'system.filesystem.mountpoint': mount.mountPoint,
      'system.filesystem.type': mount.fsType,
    };
    for (const state of ['used', 'free', 'reserved'] as const) {
      usage.push([space[state], { ...attributes, 'system.filesystem.state': state }]);
    }
    utilization.push([space.utilization, attributes]);
  }
  return [numbers(USAGE, usage), numbers(UTILIZATION, utilization)];
}
