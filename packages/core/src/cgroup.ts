import { locateCgroup } from './cgroup/location.ts';
import type { CgroupLocation, CgroupRoots, Hierarchy } from './cgroup/location.ts';
import type { Figure } from './cgroup/figure.ts';
import type { CpuFigures, MemoryFigures } from './cgroup/controllers.ts';
import { readCpuTimeV1, readCpuV1, readMemoryV1 } from './cgroup/v1.ts';
import { readCpuTimeV2, readCpuV2, readMemoryV2 } from './cgroup/v2.ts';

export { parseMountinfo } from './cgroup/mountinfo.ts';
export type { Mount } from './cgroup/mountinfo.ts';
export type { CgroupRoots } from './cgroup/location.ts';

/** What the process's own cgroup uses and may use. A figure that could not be read is not there, but in `absent`. */
export interface CgroupReading {
  /** CPU time used, in seconds. */
  readonly cpuTimeS?: number;
  /** CPUs the cgroup may use: the lowest limit of it and its visible ancestors. */
  readonly cpuLimit?: number;
  /** Seconds in which that limit held the cgroup back, summed over CPUs. */
  readonly throttledTimeS?: number;
  /** Scheduler periods in which the cgroup ran. */
  readonly periods?: number;
  /** Those of them in which it was held back. */
  readonly throttledPeriods?: number;
  /** Bytes, page cache included. */
  readonly memoryUsageBytes?: number;
  /** Bytes without the inactive page cache, which the kernel takes back first; what Kubernetes evicts by. */
  readonly workingSetBytes?: number;
  /** Bytes: the lowest limit of the cgroup and its visible ancestors. A limit above the host's memory is none. */
  readonly memoryLimitBytes?: number;
  /** Processes killed for want of memory. */
  readonly oomKills?: number;
  /** OpenTelemetry name of the metric -> why it is not there. */
  readonly absent: Readonly<Record<string, string>>;
}

/** One value of a metric: OpenTelemetry name, value, attributes. */
export type ContainerSample = readonly [name: string, value: number, attributes?: Readonly<Record<string, string>>];

type Field = Exclude<keyof CgroupReading, 'absent'>;

const PERIODS = 'container.cpu.periods';

const METRICS: ReadonlyArray<readonly [field: Field, name: string]> = [
  ['cpuTimeS', 'container.cpu.time'],
  ['cpuLimit', 'container.cpu.limit'],
  ['throttledTimeS', 'container.cpu.throttled_time'],
  ['periods', PERIODS],
  ['throttledPeriods', PERIODS],
  ['memoryUsageBytes', 'container.memory.usage'],
  ['workingSetBytes', 'container.memory.working_set'],
  ['memoryLimitBytes', 'container.memory.limit'],
  ['oomKills', 'container.memory.oom_kills'],
];

/** The metrics that {@link containerSamples} can give. */
export const CONTAINER_METRICS: readonly string[] = [...new Set(METRICS.map(([, name]) => name))];

const THROTTLED = { throttled: 'true' };
const NOT_THROTTLED = { throttled: 'false' };
const LINUX: CgroupRoots = { procRoot: '/proc', sysRoot: '/sys' };

// A process stays in its cgroup, so it is looked for once; a reading is then a dozen small files.
const located = new Map<string, CgroupLocation | undefined>();

/**
 * Reads the process's own cgroup, version 1 or 2, synchronously: about 0.2 ms.
 *
 * @returns `undefined` where there is no cgroup: another system than Linux, or no procfs
 * @example const limit = readCgroup()?.memoryLimitBytes;
 */
export function readCgroup(roots: CgroupRoots = LINUX): CgroupReading | undefined {
  const location = locateOnce(roots);
  if (location === undefined) return undefined;
  const cpu = readCpu(location.cpu);
  const memory = readMemory(location.memory, location.hostMemory);
  return toReading({
    cpuTimeS: readCpuTime(location.cpuacct),
    cpuLimit: cpu.limit,
    throttledTimeS: cpu.throttledTime,
    periods: cpu.periods,
    throttledPeriods: cpu.throttledPeriods,
    memoryUsageBytes: memory.usage,
    workingSetBytes: workingSet(memory),
    memoryLimitBytes: memory.limit,
    oomKills: memory.oomKills,
  });
}

/** A reading as samples of the `container.*` metrics, for the application and the sidecar alike. */
export function containerSamples(reading: CgroupReading): ContainerSample[] {
  const samples: ContainerSample[] = [];
  for (const [field, name] of METRICS) {
    const value = reading[field];
    if (value !== undefined && name !== PERIODS) samples.push([name, value]);
  }
  const { periods, throttledPeriods } = reading;
  if (periods !== undefined && throttledPeriods !== undefined) {
    samples.push([PERIODS, throttledPeriods, THROTTLED]);
    samples.push([PERIODS, Math.max(0, periods - throttledPeriods), NOT_THROTTLED]);
  }
  return samples;
}

/** The pressure files of the process's own cgroup, or the reason why it has none. */
export type CgroupPressurePaths =
  | { readonly paths: Readonly<Record<'cpu' | 'memory' | 'io', string>> }
  | { readonly reason: string };

/** Where the process's own cgroup reports its pressure: version 2 only, and not the root, which is the host. */
export function cgroupPressurePaths(roots: CgroupRoots = LINUX): CgroupPressurePaths {
  const unified = locateOnce(roots)?.unified;
  if (unified === undefined) return { reason: 'there is no cgroup' };
  if ('reason' in unified) return unified;
  const [dir] = unified.dirs;
  return { paths: { cpu: `${dir}/cpu.pressure`, memory: `${dir}/memory.pressure`, io: `${dir}/io.pressure` } };
}

function locateOnce(roots: CgroupRoots): CgroupLocation | undefined {
  const key = `${roots.procRoot}\0${roots.sysRoot}`;
  if (!located.has(key)) located.set(key, locateCgroup(roots));
  return located.get(key);
}

function readCpuTime(hierarchy: Hierarchy): Figure {
  if ('reason' in hierarchy) return hierarchy.reason;
  return (hierarchy.version === 1 ? readCpuTimeV1 : readCpuTimeV2)(hierarchy.dirs[0]);
}

function readCpu(hierarchy: Hierarchy): CpuFigures {
  if ('reason' in hierarchy) {
    const { reason } = hierarchy;
    return { limit: reason, throttledTime: reason, periods: reason, throttledPeriods: reason };
  }
  return (hierarchy.version === 1 ? readCpuV1 : readCpuV2)(hierarchy.dirs);
}

function readMemory(hierarchy: Hierarchy, hostMemory: number): MemoryFigures {
  if ('reason' in hierarchy) {
    const { reason } = hierarchy;
    return { usage: reason, inactiveFile: reason, limit: reason, oomKills: reason };
  }
  return (hierarchy.version === 1 ? readMemoryV1 : readMemoryV2)(hierarchy.dirs, hostMemory);
}

function workingSet({ usage, inactiveFile }: MemoryFigures): Figure {
  if (typeof usage === 'string') return usage;
  return typeof inactiveFile === 'string' ? inactiveFile : Math.max(0, usage - inactiveFile);
}

function toReading(figures: Readonly<Record<Field, Figure>>): CgroupReading {
  const reading: { -readonly [F in Field]?: number } = {};
  const absent: Record<string, string> = {};
  for (const [field, name] of METRICS) {
    const figure = figures[field];
    if (typeof figure === 'number') reading[field] = figure;
    else absent[name] ??= figure;
  }
  return { ...reading, absent };
}
