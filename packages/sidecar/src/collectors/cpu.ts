import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { numbers } from './collector.ts';
import type { Collection, Collector, CollectorContext, CollectorFactory } from './collector.ts';

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

// A reading in which what was taken back since the one before, up to so many ticks of a mode, is still there.
function withoutSetbacks(before: CpuTicks, after: CpuTicks, most: number): CpuTicks {
  return new Map(
    [...after].map(([mode, ticks]) => {
      const setback = (before.get(mode) ?? ticks) - ticks;
      return [mode, setback > 0 && setback <= most ? ticks + setback : ticks];
    }),
  );
}

/** CPU time of the host and how busy its CPUs are, from `/proc/stat`. The first collection takes 250 ms. */
export const cpu: CollectorFactory = ({ procRoot }: CollectorContext): Collector =>
  cpuCollector(async () => parseCpuTicks(await readFile(`${procRoot}/stat`, 'utf8')), TICKS_PER_SECOND);

/** The collector with the reading as a parameter, in ticks of which there are so many in a second. */
export function cpuCollector(read: () => CpuTicks | Promise<CpuTicks>, ticksPerSecond: number): Collector {
  let before: CpuTicks | undefined;
  let total: CpuTicks | undefined;
  return {
    async collect(signal): Promise<Collection> {
      if (before === undefined) {
        before = await read();
        await wait(FIRST_READING_MS, undefined, { signal });
      }
      const after = withoutSetbacks(before, await read(), TAKEN_BACK_S * ticksPerSecond);
      const utilization = cpuUtilization(before, after);
      total = withoutFalls(total ?? before, before, after);
      before = after;
      const time = numbers(
        'system.cpu.time',
        [...total].map(([mode, ticks]) => [ticks / ticksPerSecond, { 'cpu.mode': mode }]),
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

// A counter that falls is taken for a restart, and all that it says for new: so what is lost stays in the total.
function withoutFalls(total: CpuTicks, before: CpuTicks, after: CpuTicks): CpuTicks {
  return new Map(
    [...after].map(([mode, ticks]) => {
      const passed = Math.max(0, ticks - (before.get(mode) ?? ticks));
      return [mode, (total.get(mode) ?? ticks) + passed];
    }),
  );
}
