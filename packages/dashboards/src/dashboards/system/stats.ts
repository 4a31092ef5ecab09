import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { throttledShare } from '../../measures/containers.ts';
import { cpuBusy, fileSystemUsed, memoryUsed } from '../../measures/hosts.ts';
import { eventLoopDelay, exits } from '../../measures/processes.ts';
import { panelScope } from '../../scope.ts';
import { UNLIMITED_CPU } from './containers.ts';

/** The worst of everything at a glance. */
export function systemStats(config: DashboardConfig): Row {
  const { cpu, memory, throttling, eventLoop } = config.thresholds;
  const scope = panelScope(config);
  const shown = { ...scope, window: '$__range' };
  const share = { type: 'stat', unit: 'percentunit', decimals: 1, width: 4, height: 4 } as const;
  return {
    panels: [
      {
        ...share,
        id: 1,
        title: 'CPU, busiest host',
        description: 'Share of CPU time that went into work. Above the marks requests wait for a CPU.',
        marks: [
          { from: cpu.high, colour: 'orange' },
          { from: cpu.critical, colour: 'red' },
        ],
        queries: [{ expr: `max(${cpuBusy(scope)})`, legend: 'busy' }],
      },
      {
        ...share,
        id: 2,
        title: 'Memory, fullest host',
        description:
          'Share of memory that a new application could not have. What the kernel would give back is not in it.',
        marks: [{ from: memory.high, colour: 'red' }],
        queries: [{ expr: `max(${memoryUsed(scope)})`, legend: 'used' }],
      },
      {
        ...share,
        id: 3,
        title: 'Fullest file system',
        description: 'Share of the space open to users that is used. Logs, queues and databases stop at 100 %.',
        marks: [{ from: 1, colour: 'red' }],
        queries: [{ expr: `max(${fileSystemUsed(scope)})`, legend: 'used' }],
      },
      {
        ...share,
        id: 4,
        title: 'Slowest event loop',
        description:
          'How late 1 in 100 turns of the event loop of the slowest process is, and every request in it. Should be a few milliseconds.',
        unit: 's',
        marks: [{ from: eventLoop.delayS, colour: 'red' }],
        queries: [{ expr: `max(${eventLoopDelay(scope, 'p99')})`, legend: 'p99' }],
      },
      {
        ...share,
        id: 5,
        title: 'Worst throttling',
        description:
          "Share of the scheduler's periods in which the CPU limit stopped the container, however idle the host is.",
        marks: [{ from: throttling.share, colour: 'red' }],
        noValue: 'no limit',
        queries: [{ expr: `max(${throttledShare(scope)})`, legend: 'throttled', emptyIsHealthy: UNLIMITED_CPU }],
      },
      {
        type: 'stat',
        id: 6,
        title: 'Failed processes',
        description: 'Crashed, out of memory, killed or lost within the time shown. Should be 0.',
        width: 4,
        height: 4,
        unit: 'none',
        decimals: 0,
        marks: [{ from: 1, colour: 'red' }],
        queries: [{ expr: `round(sum(${exits(shown, '!="graceful"', 'job')}))`, legend: 'ended', instant: true }],
      },
    ],
  };
}
