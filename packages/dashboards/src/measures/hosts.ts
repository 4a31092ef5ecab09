import type { Scope } from '../scope.ts';

/** Share of the CPU time of a host in which it was neither idle nor waiting for a disk, 0 to 1. */
export function cpuBusy({ host, window }: Scope): string {
  const rate = (series: string): string => `sum by (job, instance) (rate(${series}[${window}]))`;
  return `1 - ${rate(host('system.cpu.time', { 'cpu.mode': '=~"idle|iowait"' }))} / ${rate(host('system.cpu.time'))}`;
}
