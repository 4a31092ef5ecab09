import { setTimeout as wait } from 'node:timers/promises';
import { numbers } from './collector.ts';
import type { Collection, Collector, CollectorContext, CollectorFactory } from './collector.ts';
import { readServedFile } from './served-file.ts';

/** CPU time since boot in ticks, by `cpu.mode` of the semantic conventions. */
export type CpuTicks = ReadonlyMap<string, number>;

// USER_HZ. The kernel fixes it at 100 for what it shows to programs, whatever its own clock is (time(7)).
const TICKS_PER_SECOND = 100;

// Long enough for a share that means something with ticks of 10 ms, short enough for the first snapshot.
const FIRST_READING_MS = 250;

// The columns of /proc/stat in order (proc_stat(5)). Two interrupt columns make one mode. guest and guest_nice follow;
// the kernel has counted them in user and nice already.
const COLUMNS = ['user', 'nice', 'system', 'idle', 'iowait', 'interrupt', 'interrupt', 'steal'];

// The kernel may take back a little of the time of a CPU without work (proc_stat(5) on iowait). A counter that falls by
// more than this, which is node_exporter's bound as well, has lost what a CPU counted that was taken away.
const TAKEN_BACK_S = 3;

const IDLE = new Set(['idle', 'iowait']);

/** The line of all CPUs together of `/proc/stat`. @throws {Error} if there is none */
export function parseCpuTicks(text: string): CpuTicks {
  const line = /^cpu +(.+)$/m.exec(text)?.[1];
  if (line === undefined) throw new Error('/proc/stat has no line for all CPUs');
  const ticks = new Map<string, number>();
  const values = line.trim().split(/ +/).map(Number);
  for (const [index, mode] of COLUMNS.entries()) {
    const value = values[index];
    if (value === undefined) break;
    if (!Number.isFinite(value)) throw new Error(`/proc/stat has a CPU time that is no number: ${line}`);
    ticks.set(mode, (ticks.get(mode) ?? 0) + value);
  }
  return ticks;
}

/**
 * The share of the time between two readings that was neither idle nor waiting for I/O, from 0 to 1; `undefined` if no
 * time has passed. A counter that went backwards counts as 0.
 */
export function cpuUtilization(before: CpuTicks, after: CpuTicks): number | undefined {
  let busy = 0;
  let idle = 0;
  for (const [mode, ticks] of after) {
    const passed = Math.max(0, ticks - (before.get(mode) ?? ticks));
    if (IDLE.has(mode)) idle += passed;
    else busy += passed;
  }
  return busy + idle > 0 ? busy / (busy + idle) : undefined;
}

// Readings in which no mode ever falls. What is taken back, up to so many ticks, stays until it has come again; where
// more is lost, the mode goes on from where it was.
function withoutFalls(read: () => CpuTicks | Promise<CpuTicks>, most: number): () => Promise<CpuTicks> {
  const lost = new Map<string, number>();
  let last: CpuTicks = new Map();
  return async () => {
    const now = [...(await read())].map(([mode, ticks]): [string, number] => {
      const told = last.get(mode) ?? 0;
      if (told - ticks - (lost.get(mode) ?? 0) > most) lost.set(mode, told - ticks);
      return [mode, Math.max(told, ticks + (lost.get(mode) ?? 0))];
    });
    last = new Map(now);
    return last;
  };
}

/** CPU time of the host and how busy its CPUs are, from `/proc/stat`. The first collection takes 250 ms. */
export const cpu: CollectorFactory = ({ procRoot }: CollectorContext): Collector =>
  cpuCollector(async () => parseCpuTicks(await readServedFile(`${procRoot}/stat`)), TICKS_PER_SECOND);

/** The collector with the reading as a parameter, in ticks of which there are so many in a second. */
export function cpuCollector(read: () => CpuTicks | Promise<CpuTicks>, ticksPerSecond: number): Collector {
  const next = withoutFalls(read, TAKEN_BACK_S * ticksPerSecond);
  let before: CpuTicks | undefined;
  return {
    async collect(signal): Promise<Collection> {
      if (before === undefined) {
        before = await next();
        await wait(FIRST_READING_MS, undefined, { signal });
      }
      const after = await next();
      const utilization = cpuUtilization(before, after);
      before = after;
      const time = numbers(
        'system.cpu.time',
        [...after].map(([mode, ticks]) => [ticks / ticksPerSecond, { 'cpu.mode': mode }]),
      );
      if (utilization === undefined) {
        return {
          metrics: [time],
          absent: { 'system.cpu.utilization': 'no CPU time has passed since the last reading' },
        };
      }
      return { metrics: [time, numbers('system.cpu.utilization', [[utilization]])] };
    },
  };
}
