import { cpus, inUnit, readFigure, readKeyed, readLimit } from './figure.ts';
import type { Figure } from './figure.ts';
import type { CpuFigures, MemoryFigures } from './controllers.ts';
import type { CgroupDirs } from './location.ts';
import { lowestLimit } from './lowest-limit.ts';

// Formats: the kernel's Documentation/admin-guide/cgroup-v1 (cpuacct.rst, memory.rst) and scheduler/sched-bwc.rst.
const NANOSECONDS = 1e9;

/** CPU time of the cgroup, from the cpuacct controller. */
export function readCpuTimeV1(dir: string): Figure {
  return inUnit(readFigure(`${dir}/cpuacct.usage`), NANOSECONDS);
}

/** What the cpu controller holds the cgroup back by. */
export function readCpuV1(dirs: CgroupDirs): CpuFigures {
  const { limit, dir } = lowestLimit(dirs, cpuLimit);
  const stat = readKeyed(`${dir ?? dirs[0]}/cpu.stat`);
  return {
    limit,
    throttledTime: inUnit(stat('throttled_time'), NANOSECONDS),
    periods: stat('nr_periods'),
    throttledPeriods: stat('nr_throttled'),
  };
}

/** What the memory controller counts and limits. */
export function readMemoryV1(dirs: CgroupDirs, hostMemory: number): MemoryFigures {
  const [dir] = dirs;
  const stat = readKeyed(`${dir}/memory.stat`);
  // The kernel's own minimum over all ancestors, those outside of a container's view included.
  const hierarchical = stat('hierarchical_memory_limit');
  const { limit } =
    typeof hierarchical === 'number'
      ? lowestLimit([dir], () => hierarchical, hostMemory)
      : lowestLimit(dirs, ownMemoryLimit, hostMemory);
  return {
    usage: readFigure(`${dir}/memory.usage_in_bytes`),
    inactiveFile: stat('total_inactive_file'),
    limit,
    oomKills: readKeyed(`${dir}/memory.oom_control`)('oom_kill'),
  };
}

function ownMemoryLimit(dir: string): Figure {
  return readFigure(`${dir}/memory.limit_in_bytes`);
}

function cpuLimit(dir: string): Figure {
  return cpus(readLimit(`${dir}/cpu.cfs_quota_us`), readFigure(`${dir}/cpu.cfs_period_us`));
}
