import type { Scope } from '../scope.ts';
import { totalRate } from './totals.ts';

/** What tells one host from another, by the sidecar that is on it. */
const HOST = 'job, instance';

/** Share of the CPU time of a host in which it was neither idle nor waiting for a disk, 0 to 1. */
export function cpuBusy({ host, window }: Scope): string {
  const idle = totalRate(host('system.cpu.time', { 'cpu.mode': '=~"idle|iowait"' }), window, HOST);
  return `1 - ${idle} / ${totalRate(host('system.cpu.time'), window, HOST)}`;
}

/** The largest share of CPU time among the sidecar's readings of a window, 0 to 1: bursts that an average hides. */
export function cpuPeak({ host, window }: Scope): string {
  return `max by (job, instance) (max_over_time(${host('system.cpu.utilization')}[${window}]))`;
}

/** Share of the CPU time of all hosts together by what it went into, idling aside, 0 to 1. */
export function cpuByMode({ host, window }: Scope): string {
  const busy = totalRate(host('system.cpu.time', { 'cpu.mode': '!="idle"' }), window, 'cpu_mode');
  return `${busy} / ignoring (cpu_mode) group_left () ${totalRate(host('system.cpu.time'), window)}`;
}

/** CPUs of a host: each of them has a second of CPU time a second. */
export function cpus({ host, window }: Scope): string {
  return `round(${totalRate(host('system.cpu.time'), window, HOST)})`;
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
  return totalRate(stalled, window, `${HOST}, resource, kind`);
}
