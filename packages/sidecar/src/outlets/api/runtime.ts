import { appReason, numberPoints, valuesOf } from './app-points.ts';
import { greatest, megabytes, scaled, section, sum } from './figures.ts';
import type { Figure, Section } from './figures.ts';
import type { Selection } from './selection.ts';

/** Figures of one process, or of several together. */
export type ProcessFigures = Record<
  | 'event_loop_delay_p99_ms'
  | 'event_loop_utilization'
  | 'heap_used_mb'
  | 'rss_mb'
  | 'cpu_seconds_total'
  | 'uptime_seconds',
  Figure<number>
>;

/** The figures of all processes, and how many there are. */
export type RuntimeSection = Section<ProcessFigures & Record<'workers', Figure<number>>>;

/** The section `runtime`. `workers` counts the processes that are pushing. */
export function runtimeSection(selection: Selection): RuntimeSection {
  return section({ ...processFigures(selection), workers: [selection.live, ''] });
}

/**
 * Event loop figures and uptime are the greatest of any worker, memory and CPU time are sums: the delay of one worker is
 * felt in full by those it serves, however idle the others are.
 */
export function processFigures(selection: Pick<Selection, 'sessions' | 'seen' | 'live'>): ProcessFigures {
  const figure = (
    name: string,
    combine: typeof sum,
    convert: (value: number | undefined) => number | undefined,
  ): Figure<number> => [
    convert(combine(valuesOf(numberPoints(selection.sessions, name)))),
    appReason(selection, `no process reports ${name}`),
  ];
  return {
    event_loop_delay_p99_ms: figure('nodejs.eventloop.delay.p99', greatest, (value) => scaled(value, 1000, 3)),
    event_loop_utilization: figure('nodejs.eventloop.utilization', greatest, (value) => scaled(value, 1, 4)),
    heap_used_mb: figure('v8js.memory.heap.used', sum, megabytes),
    rss_mb: figure('process.memory.usage', sum, megabytes),
    cpu_seconds_total: figure('process.cpu.time', sum, (value) => scaled(value, 1, 3)),
    uptime_seconds: figure('process.uptime', greatest, (value) => scaled(value, 1, 3)),
  };
}
