import type { Scope } from '../scope.ts';

/** Share of the CPU time of a host in which it was neither idle nor waiting for a disk, 0 to 1. */
export function cpuBusy({ host, window }: Scope): string {
  const rate = (series: string): string => `sum by (job, instance) (rate(${series}[${window}]))`;
  return `1 - ${rate(host('system.cpu.time', { 'cpu.mode': '=~"idle|iowait"' }))} / ${rate(host('system.cpu.time'))}`;
}

/** The largest share of CPU time among the sidecar's readings of a window, 0 to 1: bursts that an average hides. */
export function cpuPeak({ host, window }: Scope): string {
  return `max by (job, instance) (max_over_time(${host('system.cpu.utilization')}[${window}]))`;
}

/** Share of the CPU time of all hosts together by what it went into, idling aside, 0 to 1. */
export function cpuByMode({ host, window }: Scope): string {
  const busy = host('system.cpu.time', { 'cpu.mode': '!="idle"' });
  const all = host('system.cpu.time');
  return `sum by (cpu_mode) (rate(${busy}[${window}])) / ignoring (cpu_mode) group_left () sum (rate(${all}[${window}]))`;
}

/** CPUs of a host: each of them has a second of CPU time a second. */
export function cpus({ host, window }: Scope): string {
  return `round(sum by (job, instance) (rate(${host('system.cpu.time')}[${window}])))`;
}

/** Share of the memory of a host that no new application could have, 0 to 1. */
export function memoryUsed({ host }: Scope): string {
  return host('system.memory.utilization');
}

/** Share of the space of a file system that is used, 0 to 1. */
export function fileSystemUsed({ host }: Scope): string {
  return `max by (job, instance, system_filesystem_mountpoint) (${host('system.filesystem.utilization')})`;
}

/**
 * Share of the time in which tasks waited for a resource, 0 to 1. https://docs.kernel.org/accounting/psi.html
 *
 * @param of `host`, or `cgroup` for that of the sidecar
 */
export function pressure({ host, window }: Scope, of: 'host' | 'cgroup'): string {
  const stalled = host('system.linux.pressure.stall_time', { scope: `="${of}"` });
  return `sum by (job, instance, resource, kind) (rate(${stalled}[${window}]))`;
}
