import { cgroupPressurePaths } from '@outrider/core/cgroup';
import { joinAbsent } from './absent.ts';
import { numbers } from './collector.ts';
import type { Collection, Collector, CollectorContext, CollectorFactory } from './collector.ts';
import { readServedFile } from './served-file.ts';

/** Seconds of stall by kind: some of the tasks waited, or all (`full`). */
export type Pressure = ReadonlyMap<string, number>;

type Resource = 'cpu' | 'memory' | 'io';
type Scope = 'host' | 'cgroup';
type Point = readonly [seconds: number, attributes: Record<string, string>];

const METRIC = 'system.linux.pressure.stall_time';
const RESOURCES: readonly Resource[] = ['cpu', 'memory', 'io'];

/** The totals of a pressure file (accounting/psi.rst), which counts microseconds. @throws {Error} if there are none */
export function parsePressure(text: string): Pressure {
  const seconds = new Map<string, number>();
  for (const [, kind = '', microseconds = ''] of text.matchAll(/^(some|full) .*\btotal=(\d+)$/gm)) {
    seconds.set(kind, Number(microseconds) / 1e6);
  }
  if (seconds.size === 0) throw new Error('a pressure file holds no total');
  return seconds;
}

/** Pressure stall times of the host and, with cgroup version 2, of the sidecar's own cgroup. */
export const pressure: CollectorFactory = (context: CollectorContext): Collector => ({
  async collect(): Promise<Collection> {
    const reasons: Record<string, string>[] = [];
    const points: Point[] = [];
    const read = async (path: string, resource: Resource, scope: Scope): Promise<void> => {
      try {
        for (const [kind, seconds] of parsePressure(await readServedFile(path))) {
          // That all tasks wait for the CPU has no meaning for a whole host; the kernel writes 0 (accounting/psi.rst).
          if (resource === 'cpu' && kind === 'full' && scope === 'host') continue;
          points.push([seconds, { resource, kind, scope }]);
        }
      } catch (error) {
        reasons.push({ [METRIC]: `${scope}: ${describe(error)}` });
      }
    };
    for (const resource of RESOURCES) await read(`${context.procRoot}/pressure/${resource}`, resource, 'host');
    const own = cgroupPressurePaths(context);
    if ('reason' in own) reasons.push({ [METRIC]: `cgroup: ${own.reason}` });
    else for (const resource of RESOURCES) await read(own.paths[resource], resource, 'cgroup');
    return { metrics: points.length === 0 ? [] : [numbers(METRIC, points)], absent: joinAbsent(reasons) };
  },
});

// A kernel without PSI has no such files; one with PSI switched off refuses to read them.
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? `the kernel gives no pressure stall information (${String(error.code)})` : error.message;
}
