import { cpus, inUnit, readFigure, readKeyed, readLimit, toFigure, toLimit, withContent } from './figure.ts';
import type { Figure } from './figure.ts';
import type { CpuFigures, MemoryFigures } from './controllers.ts';
import type { CgroupDirs } from './location.ts';
import { lowestLimit } from './lowest-limit.ts';

// Formats: the kernel's Documentation/admin-guide/cgroup-v2.rst.
const MICROSECONDS = 1e6;

/** CPU time of the cgroup; every cgroup of version 2 counts it, with the cpu controller or without. */
export function readCpuTimeV2(dir: string): Figure {
  return inUnit(readKeyed(`${dir}/cpu.stat`)('usage_usec'), MICROSECONDS);
}

/** What the cpu controller holds the cgroup back by. */
export function readCpuV2(dirs: CgroupDirs): CpuFigures {
  const { limit, dir } = lowestLimit(dirs, cpuLimit);
  const stat = readKeyed(`${dir ?? dirs[0]}/cpu.stat`);
  return {
    limit,
    throttledTime: inUnit(stat('throttled_usec'), MICROSECONDS),
    periods: stat('nr_periods'),
    throttledPeriods: stat('nr_throttled'),
  };
}

/** What the memory controller counts and limits. */
export function readMemoryV2(dirs: CgroupDirs, hostMemory: number): MemoryFigures {
  const [dir] = dirs;
  return {
    usage: readFigure(`${dir}/memory.current`),
    inactiveFile: readKeyed(`${dir}/memory.stat`)('inactive_file'),
    limit: lowestLimit(dirs, (at) => readLimit(`${at}/memory.max`), hostMemory).limit,
    oomKills: readKeyed(`${dir}/memory.events`)('oom_kill'),
  };
}

// `$MAX $PERIOD`, in microseconds; `max` is no limit.
function cpuLimit(dir: string): Figure {
  const path = `${dir}/cpu.max`;
  return withContent(path, (text) => {
    const [quota = '', period = ''] = text.trim().split(' ');
    return cpus(toLimit(quota, path), toFigure(period, path));
  });
}
