import { readFileSync } from 'node:fs';

// USER_HZ: what the kernel shows to programs in ticks is in hundredths of a second (time(7)).
const TICKS_PER_SECOND = 100;

/** What a process has used so far, as `/proc` tells. */
export interface ProcessCost {
  /** User and system time of all its threads. */
  readonly cpuSeconds: number;
  /** Resident memory now, in bytes. */
  readonly rss: number;
  /** Page faults of children that it has waited for; a process that never had one has none (proc_pid_stat(5)). */
  readonly childFaults: number;
}

/** Reads the cost of a process that runs. */
export function processCost(pid: number): ProcessCost {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name stands in brackets and may hold anything; the third field follows it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpuSeconds: (field(14) + field(15)) / TICKS_PER_SECOND,
    rss: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024,
    childFaults: field(11) + field(13),
  };
}
