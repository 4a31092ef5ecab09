import type { Figure } from './figure.ts';

/** What a cpu controller reports, of the cgroup whose limit is the lowest. */
export interface CpuFigures {
  /** CPUs. */
  readonly limit: Figure;
  /** Seconds. */
  readonly throttledTime: Figure;
  readonly periods: Figure;
  readonly throttledPeriods: Figure;
}

/** What a memory controller reports, in bytes. */
export interface MemoryFigures {
  readonly usage: Figure;
  readonly inactiveFile: Figure;
  readonly limit: Figure;
  /** A count. */
  readonly oomKills: Figure;
}
