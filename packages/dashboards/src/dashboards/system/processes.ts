import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { PROCESS, exits, processCpu } from '../../measures/processes.ts';
import { panelScope } from '../../scope.ts';
import { total, wholeIncrease } from '../../measures/totals.ts';

/** What a series of one process is called. */
export const OF_PROCESS = '{{job}} {{instance}} {{worker}}';

/** What each process of the applications uses, and how long it lives. */
export function processes(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { application, window } = scope;
  const each = (name: string): string => `max by (${PROCESS}) (${application(name)})`;
  return {
    id: 101,
    title: 'Processes of the applications',
    panels: [
      {
        id: 20,
        type: 'timeseries',
        title: 'CPUs used, by process',
        description:
          'Seconds of CPU time a second, all threads together. More than 1 is work beside the event loop: garbage collection, compression, cryptography.',
        width: 8,
        unit: 'none',
        min: 0,
        queries: [{ expr: processCpu(scope), legend: OF_PROCESS }],
      },
      {
        id: 21,
        type: 'timeseries',
        title: 'Resident memory, by process',
        description:
          'All memory of the process. If it grows and the heap does not, it is buffers or a native library that keeps it.',
        width: 8,
        unit: 'bytes',
        min: 0,
        queries: [{ expr: each('process.memory.usage'), legend: OF_PROCESS }],
      },
      {
        id: 22,
        type: 'timeseries',
        title: 'Open file descriptors, by process',
        description: 'Files and connections. A line that only climbs is a leak, and ends with EMFILE.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [{ expr: each('process.unix.file_descriptor.count'), legend: OF_PROCESS }],
      },
      {
        id: 23,
        type: 'timeseries',
        title: 'Processes, live and silent',
        description:
          'Silent: connected, and has not told anything for two intervals. Its event loop is blocked, or it is stopped.',
        width: 6,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [
          {
            expr: total(application('app.workers'), 'job, instance, state'),
            legend: '{{job}} {{instance}} {{state}}',
          },
        ],
      },
      {
        id: 24,
        type: 'timeseries',
        title: 'Processes that ended, by reason',
        description: 'Graceful ends belong to deployments. Any other reason is a fault.',
        width: 6,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [
          {
            expr: `round(${exits(scope, '=~".+"', 'job, instance, reason')})`,
            legend: '{{job}} {{instance}} {{reason}}',
          },
        ],
      },
      {
        id: 25,
        type: 'timeseries',
        title: 'Processes that were started again',
        description: 'They took the place of one that had ended. Again and again without a deployment: a crash loop.',
        width: 6,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [
          {
            expr: wholeIncrease(application('app.process.restarts'), window, 'job, instance'),
            legend: '{{job}} {{instance}}',
          },
        ],
      },
      {
        id: 26,
        type: 'timeseries',
        title: 'Uptime, by process',
        description: 'Time since the process started. A line that falls is a new process.',
        width: 6,
        unit: 's',
        min: 0,
        queries: [{ expr: each('process.uptime'), legend: OF_PROCESS }],
      },
    ],
  };
}
