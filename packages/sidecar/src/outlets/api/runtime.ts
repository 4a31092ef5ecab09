import type { Snapshot } from '../../snapshot.ts';
import { appReason, numberPoints, valuesOf } from './app-points.ts';
import { greatest, megabytes, scaled, section, sum } from './figures.ts';
import type { Figure, Section } from './figures.ts';

/**
 * The figures of the processes. Event loop figures and uptime are the greatest of any worker, memory and CPU time are
 * sums: the delay of one worker is felt in full by those it serves, however idle the others are.
 */
export type RuntimeSection = Section<
  Record<
    | 'event_loop_delay_p99_ms'
    | 'event_loop_utilization'
    | 'heap_used_mb'
    | 'rss_mb'
    | 'cpu_seconds_total'
    | 'uptime_seconds'
    | 'workers',
    Figure<number>
  >
>;

/** The section `runtime`. `workers` counts the processes that are pushing. */
export function runtimeSection({ store }: Snapshot): RuntimeSection {
  const figure = (
    name: string,
    combine: typeof sum,
    convert: (value: number | undefined) => number | undefined,
  ): Figure<number> => [
    convert(combine(valuesOf(numberPoints(store.sessions, name)))),
    appReason(store, `no process reports ${name}`),
  ];
  return section({
    event_loop_delay_p99_ms: figure('nodejs.eventloop.delay.p99', greatest, (value) => scaled(value, 1000, 3)),
    event_loop_utilization: figure('nodejs.eventloop.utilization', greatest, (value) => scaled(value, 1, 4)),
    heap_used_mb: figure('v8js.memory.heap.used', sum, megabytes),
    rss_mb: figure('process.memory.usage', sum, megabytes),
    cpu_seconds_total: figure('process.cpu.time', sum, (value) => scaled(value, 1, 3)),
    uptime_seconds: figure('process.uptime', greatest, (value) => scaled(value, 1, 3)),
    workers: [store.live, ''],
  });
}
