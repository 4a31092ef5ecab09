import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { ofContainers, throttledShare } from '../../measures/containers.ts';
import { PROCESS, eventLoopBusy, eventLoopDelay, gcShare, heapFloor, heapUsed } from '../../measures/processes.ts';
import { panelScope } from '../../scope.ts';
import { UNLIMITED_CPU } from './containers.ts';
import { OF_PROCESS } from './processes.ts';

// Side by side and one above the other, on one time axis.
const COMPARED = { width: 12, legendBelow: true } as const;

/** What holds a process up, side by side. */
export function causes(config: DashboardConfig): Row {
  const { eventLoop, throttling } = config.thresholds;
  const scope = panelScope(config);
  const { application, window } = scope;
  return {
    id: 100,
    title: 'What holds a process up',
    panels: [
      {
        id: 10,
        type: 'text',
        title: 'How to read this',
        description: 'What the event-loop delay goes with is what causes it.',
        width: 24,
        height: 5,
        markdown: [
          'When the **event-loop delay** rises, look at what rises with it. **Throttling**: the CPU limit is too small, whatever the host says.',
          '**Garbage collection**: the heap is nearly full; if its **floor** climbs as well, something leaks. Neither, and the event loop is **busy**: the application computes too long in one piece.',
          'Delay without a busy event loop: the host has no CPU to give (pressure, below).',
        ].join('\n\n'),
      },
      {
        id: 11,
        type: 'timeseries',
        title: 'Event-loop delay, 99th percentile by process',
        description: 'How late 1 in 100 turns of the event loop is. All requests of the process wait as long.',
        ...COMPARED,
        unit: 's',
        min: 0,
        marks: [{ from: eventLoop.delayS, colour: 'red' }],
        queries: [{ expr: eventLoopDelay(scope, 'p99'), legend: OF_PROCESS }],
      },
      {
        id: 12,
        type: 'timeseries',
        title: 'Container throttling',
        description:
          "Share of the scheduler's periods in which the container was stopped, and for how long its threads together, per second. Should be next to nothing.",
        ...COMPARED,
        unit: 'percentunit',
        min: 0,
        marks: [{ from: throttling.share, colour: 'red' }],
        queries: [
          {
            expr: throttledShare(scope),
            legend: '{{job}} {{instance}} periods',
            emptyIsHealthy: UNLIMITED_CPU,
          },
          {
            expr: `max by (job, instance) (rate(${ofContainers(scope, 'container.cpu.throttled_time')}[${window}]))`,
            legend: '{{job}} {{instance}} time',
            emptyIsHealthy: UNLIMITED_CPU,
          },
        ],
      },
      {
        id: 13,
        type: 'timeseries',
        title: 'Event loop busy, by process',
        description:
          'Share of the time in which the event loop did not wait for work; the peak is the busiest reading. One process cannot do more than 100 %.',
        ...COMPARED,
        unit: 'percentunit',
        min: 0,
        max: 1,
        styles: [{ name: '.* peak', dashed: true }],
        queries: [
          { expr: eventLoopBusy(scope), legend: OF_PROCESS },
          {
            expr: `max by (${PROCESS}) (max_over_time(${application('nodejs.eventloop.utilization')}[${window}]))`,
            legend: `${OF_PROCESS} peak`,
          },
        ],
      },
      {
        id: 14,
        type: 'timeseries',
        title: 'Garbage collection, share of time by process',
        description: 'Time in which the process collected garbage and did nothing else. A few per cent is usual.',
        ...COMPARED,
        unit: 'percentunit',
        min: 0,
        queries: [{ expr: gcShare(scope), legend: OF_PROCESS }],
      },
      {
        id: 15,
        type: 'timeseries',
        title: 'Heap and its floor, by process',
        description:
          'In use, what the last major collection left, and the lowest of that in an hour. A saw-tooth is healthy; a floor that climbs for hours is a leak.',
        ...COMPARED,
        unit: 'bytes',
        min: 0,
        styles: [{ name: '.* floor', dashed: true }],
        queries: [
          { expr: heapUsed(scope), legend: OF_PROCESS },
          {
            expr: `max by (${PROCESS}) (${application('v8js.memory.heap.used_after_gc')})`,
            legend: `${OF_PROCESS} after GC`,
          },
          { expr: heapFloor(scope), legend: `${OF_PROCESS} floor` },
        ],
      },
      {
        id: 16,
        type: 'timeseries',
        title: 'Heap, share of its limit by process',
        description:
          'Node.js ends a process whose heap reaches the limit, and collects garbage without end shortly before.',
        ...COMPARED,
        unit: 'percentunit',
        min: 0,
        max: 1,
        queries: [
          {
            expr: `${heapUsed(scope)} / on (${PROCESS}) max by (${PROCESS}) (${application('nodejs.heap.size_limit')})`,
            legend: OF_PROCESS,
          },
        ],
      },
    ],
  };
}
