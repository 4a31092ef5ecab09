import type { Scope } from '../scope.ts';
import { quantileOf } from './quantile.ts';
import { total, totalIncrease, totalRate } from './totals.ts';

/** What tells one process of an application from another. */
export const PROCESS = 'job, instance, worker';

/** How late the event loop of a process was since it told so last, in seconds. */
export function eventLoopDelay({ application }: Scope, of: 'p50' | 'p90' | 'p99' | 'max'): string {
  return `max by (${PROCESS}) (${application(`nodejs.eventloop.delay.${of}`)})`;
}

/** Share of the time in which the event loop of a process was not idle, 0 to 1. */
export function eventLoopBusy({ application, window }: Scope): string {
  const time = 'nodejs.eventloop.time';
  const active = totalRate(application(time, { 'nodejs.eventloop.state': '="active"' }), window, PROCESS);
  return `${active} / ${totalRate(application(time), window, PROCESS)}`;
}

/** Share of the time that a process spent on garbage collections, 0 to 1. */
export function gcShare({ application, window }: Scope, by: string = PROCESS): string {
  return totalRate(application('v8js.gc.duration', {}, '_sum'), window, by);
}

/** A quantile of how long collections stopped the processes of an application, in seconds, by the type of collection. */
export function gcDuration(q: number, scope: Scope): string {
  // Without a collection in the window there is none: a gap, not a value that is no number.
  return `${quantileOf(q, 'v8js.gc.duration', scope, 'job, v8js_gc_type')} >= 0`;
}

/** Heap of a process in use, in bytes. */
export function heapUsed({ application }: Scope, by: string = PROCESS): string {
  return total(application('v8js.memory.heap.used'), by);
}

/**
 * What was left in the heap of a process after the most thorough collection of an hour, in bytes: it only grows if
 * something is kept. Shorter windows alias with slow collections.
 *
 * @param ago how long before now the hour ends, such as `1h`
 */
export function heapFloor({ application }: Scope, ago?: string): string {
  const offset = ago === undefined ? '' : ` offset ${ago}`;
  return `min by (${PROCESS}) (min_over_time(${application('v8js.memory.heap.used_after_gc')}[1h]${offset}))`;
}

/** CPUs that a process kept busy. */
export function processCpu({ application, window }: Scope): string {
  return totalRate(application('process.cpu.time'), window, PROCESS);
}

/** Processes of an application that ended within the window by certain reasons, such as `=~"crash|killed"`. */
export function exits({ application, window }: Scope, reasons: string, by: string): string {
  return totalIncrease(application('app.process.exits', { reason: reasons }), window, by);
}

/**
 * How many processes of an application were live at once, at the most within the last hour; of those that were there for
 * ten minutes of it, which a migration or another task is not, and of which none is live now. A blocked process is not.
 *
 * Nothing of an application whose processes were live when a sidecar told so last, for as long as some sidecar does not
 * answer: it is the sidecar that is missing then. Where all answer they have been asked, also after hosts were replaced or
 * came back without the application.
 *
 * @param up a selector of Prometheus' own `up` of the sidecars
 */
export function vanishedProcesses({ application }: Pick<Scope, 'application'>, up: string): string {
  const told = application('app.workers', { state: '="live"' });
  const live = total(told, 'job');
  const lastTold = total(`last_over_time(${told}[1h])`, 'job');
  return (
    `max_over_time(${live}[1h:1m]) and on (job) count_over_time((${live} > 0)[1h:1m]) >= 10` +
    ` unless on (job) ${live} > 0 unless on (job) (${lastTold} > 0 unless on () min(${up}) == 1)`
  );
}
