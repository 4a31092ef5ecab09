import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { PROCESS, eventLoopDelay, gcDuration, gcShare, heapUsed } from '../../measures/processes.ts';
import { panelScope } from '../../scope.ts';

/** Event loop, garbage collection and heap in detail. */
export function runtime(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { application } = scope;
  const bySpace = 'job, v8js_heap_space_name';
  return {
    id: 105,
    title: 'Event loop, garbage collection and heap in detail',
    collapsed: true,
    panels: [
      {
        id: 30,
        type: 'timeseries',
        title: 'Event-loop delay by percentile, slowest process',
        description:
          'The largest of each percentile among the processes of an application. A high maximum alone is one long piece of work; a high median is a process that never catches up.',
        width: 12,
        unit: 's',
        min: 0,
        queries: (['p50', 'p90', 'p99', 'max'] as const).map((of) => ({
          expr: `max by (job) (${eventLoopDelay(scope, of)})`,
          legend: `{{job}} ${of}`,
        })),
      },
      {
        id: 31,
        type: 'timeseries',
        title: 'Duration of garbage collections, 99th percentile',
        description: 'How long 1 in 100 collections stops the application, by type. Major ones grow with the heap.',
        width: 12,
        unit: 's',
        min: 0,
        queries: [
          {
            expr: gcDuration(0.99, scope),
            legend: '{{job}} {{v8js_gc_type}}',
          },
        ],
      },
      {
        id: 32,
        type: 'timeseries',
        title: 'Garbage collection by type, busiest process',
        description: 'Minor: many short-lived objects. Major: much is kept. Incremental: marking ahead of a major one.',
        width: 8,
        unit: 'percentunit',
        min: 0,
        queries: [
          {
            expr: `max by (job, v8js_gc_type) (${gcShare(scope, `${PROCESS}, v8js_gc_type`)})`,
            legend: '{{job}} {{v8js_gc_type}}',
          },
        ],
      },
      {
        id: 33,
        type: 'timeseries',
        title: 'Heap in use by space, sum of processes',
        description: 'A leak of objects grows old_space, one of large arrays and strings large_object_space.',
        width: 8,
        unit: 'bytes',
        min: 0,
        queries: [{ expr: heapUsed(scope, bySpace), legend: '{{job}} {{v8js_heap_space_name}}' }],
      },
      {
        id: 34,
        type: 'timeseries',
        title: 'Heap not in use by space, sum of processes',
        description: 'Room that V8 has taken and not filled. Much of it long after a peak is fragmentation.',
        width: 8,
        unit: 'bytes',
        min: 0,
        queries: [
          {
            expr: `sum by (${bySpace}) (${application('v8js.memory.heap.space.size')}) - on (${bySpace}) ${heapUsed(scope, bySpace)}`,
            legend: '{{job}} {{v8js_heap_space_name}}',
          },
        ],
      },
    ],
  };
}
