import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { total } from '../../measures/totals.ts';
import { oldestTask, queued } from '../../measures/work.ts';
import { panelScope } from '../../scope.ts';

const QUEUE = 'job, queue_name';
const LEGEND = '{{job}} {{queue_name}}';

/** Queues: what waits, and what is being worked on. */
export function queues(config: DashboardConfig): Row {
  const scope = panelScope(config);
  return {
    id: 100,
    title: 'Queues',
    panels: [
      {
        id: 10,
        type: 'timeseries',
        title: 'Tasks by state, all workers',
        description:
          'Tasks of each queue: waiting, active, delayed, failed. A line of waiting ones that only rises: more comes than is worked off.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [{ expr: queued(scope, '=~".+"', `${QUEUE}, queue_state`), legend: `${LEGEND} {{queue_state}}` }],
      },
      {
        id: 11,
        type: 'timeseries',
        title: 'Age of the oldest task',
        description:
          'How long the task at the head of the queue has waited, in the worker where it is longest. No line while none waits.',
        width: 8,
        unit: 's',
        min: 0,
        queries: [{ expr: oldestTask(scope, QUEUE), legend: LEGEND, emptyIsHealthy: 'no task waits' }],
      },
      {
        id: 12,
        type: 'timeseries',
        title: 'Active tasks and their limit, all workers',
        description:
          'Tasks that are being worked on, and how many may be at once. At the limit while others wait: the limit is what holds them back.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [
          { expr: queued(scope, '="active"', QUEUE), legend: `${LEGEND} active` },
          { expr: total(scope.application('queue.concurrency'), QUEUE), legend: `${LEGEND} limit` },
        ],
        styles: [{ name: '.* limit', dashed: true }],
      },
    ],
  };
}
