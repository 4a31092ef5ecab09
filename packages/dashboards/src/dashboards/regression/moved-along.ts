import type { DashboardConfig } from '../../config.ts';
import type { TimeSeriesPanel, Unit } from '../../dashboard.ts';
import { hitRatio } from '../../measures/caches.ts';
import { callLatency } from '../../measures/outgoing.ts';
import { poolUse } from '../../measures/pools.ts';
import { eventLoopDelay, gcShare, heapFloor, processCpu } from '../../measures/processes.ts';
import { queryTime } from '../../measures/queries.ts';
import { thenOf } from '../../measures/regressions.ts';
import { total } from '../../measures/totals.ts';
import { CHOSEN_BASELINE } from '../../measures/recorded.ts';
import { size } from '../../rules/text.ts';
import { panelScope } from '../../scope.ts';
import { NO_HISTORY } from './nothing-to-compare.ts';

interface Companion {
  readonly title: string;
  readonly description: string;
  readonly unit: Unit;
  /** The measure now; then is made of it. */
  readonly expr: string;
  readonly legend?: string;
  readonly max?: number;
}

/** What requests are slow of, now and then. */
export function movedAlong(config: DashboardConfig): readonly TimeSeriesPanel[] {
  const scope = panelScope(config);
  const { memoryGrowth } = config.thresholds;
  const companions: readonly Companion[] = [
    {
      title: 'Queries, p95',
      description: '95th percentile of what databases and caches took. If it moved, look at the Database dashboard.',
      unit: 's',
      expr: queryTime(0.95, scope, 'job'),
    },
    {
      title: 'Outgoing calls, p95',
      description: '95th percentile of calls to other services. If it moved, one of them got slower.',
      unit: 's',
      expr: callLatency(0.95, scope, 'job'),
    },
    {
      title: 'Pool use, fullest of each application',
      description: 'Share of the connections that are in use. At 100 % requests wait for one.',
      unit: 'percentunit',
      max: 1,
      expr: `max by (job) (${poolUse(scope)})`,
    },
    {
      title: 'Cache hit rate',
      description: 'Share of lookups that found their key. If it fell, the database has more to do.',
      unit: 'percentunit',
      max: 1,
      expr: hitRatio(scope),
      legend: '{{job}} {{cache_name}}',
    },
    {
      title: 'CPUs in use, all workers together',
      description: 'CPU time in each second. The same requests that take more of it are more work than before.',
      unit: 'none',
      expr: total(processCpu(scope), 'job'),
    },
    {
      title: 'Event loop delay, p99 of the latest worker',
      description: 'How late the event loop is. If it moved, something computes for long, or a CPU is missing.',
      unit: 's',
      expr: `max by (job) (${eventLoopDelay(scope, 'p99')})`,
    },
    {
      title: 'Garbage collection, busiest worker',
      description: 'Share of the time that is spent on it. If it moved, more is allocated, or the heap is nearly full.',
      unit: 'percentunit',
      expr: `max by (job) (${gcShare(scope)})`,
    },
    {
      title: 'Memory floor, largest worker',
      description: 'What is left in the heap after garbage collections, at the least in an hour. A leak lifts it.',
      unit: 'bytes',
      expr: `max by (job) (${heapFloor(scope)})`,
    },
  ];
  const panels = companions.map(({ expr, legend = '{{job}}', ...says }, index): TimeSeriesPanel => ({
    ...says,
    id: 40 + index,
    type: 'timeseries',
    width: 8,
    height: 7,
    min: 0,
    styles: [{ name: '.* then', dashed: true }],
    queries: [
      { expr, legend },
      { expr: thenOf(expr, CHOSEN_BASELINE), legend: `${legend} then`, emptyIsHealthy: NO_HISTORY },
    ],
  }));
  return [
    ...panels,
    {
      id: 48,
      type: 'timeseries',
      title: 'Memory floor, grown in an hour',
      description: `By how much the floor is above that of an hour before, each worker. The alert fires at ${size(memoryGrowth.bytesPerHour)}.`,
      width: 8,
      height: 7,
      unit: 'bytes',
      marks: [{ from: memoryGrowth.bytesPerHour, colour: 'red' }],
      queries: [
        {
          expr: `${heapFloor(scope)} - ${heapFloor(scope, '1h')}`,
          legend: '{{job}} {{instance}} {{worker}}',
          emptyIsHealthy: 'a process has to run for an hour',
        },
      ],
    },
  ];
}
