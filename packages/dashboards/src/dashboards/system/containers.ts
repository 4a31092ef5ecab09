import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { memoryOfLimit, ofContainers } from '../../measures/containers.ts';
import { panelScope } from '../../scope.ts';

/** Why there may be nothing to see of throttling and limits. */
export const UNLIMITED_CPU = 'without a CPU limit nothing is throttled';
const ROOT = 'the root cgroup tells no CPU time';
const UNLIMITED_MEMORY = 'without a memory limit there is none to show';

/** What the applications' containers use of what they may. */
export function containers(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { window } = scope;
  const { memory } = config.thresholds;
  // Each process tells of the container that it is in, so those of one container say the same: the largest, not the sum.
  const largest = (of: string): string => `max by (job, instance) (${of})`;
  const limit = { name: '.*limit', dashed: true, colour: 'red' };
  return {
    id: 102,
    title: 'Containers of the applications',
    panels: [
      {
        id: 40,
        type: 'timeseries',
        title: 'CPUs used, of the limit',
        description:
          'Seconds of CPU time a second. A container can be throttled well below its limit: bursts are what counts.',
        width: 12,
        unit: 'none',
        min: 0,
        styles: [limit],
        queries: [
          {
            expr: largest(`rate(${ofContainers(scope, 'container.cpu.time')}[${window}])`),
            legend: '{{job}} {{instance}}',
            emptyIsHealthy: ROOT,
          },
          {
            expr: largest(ofContainers(scope, 'container.cpu.limit')),
            legend: '{{job}} {{instance}} limit',
            emptyIsHealthy: UNLIMITED_CPU,
          },
        ],
      },
      {
        id: 41,
        type: 'timeseries',
        title: 'Memory, of the limit',
        description:
          'The kernel kills when the working set reaches the limit. Page cache is in the whole and is given back first. Of several containers of an application on a host, the largest of each.',
        width: 12,
        unit: 'bytes',
        min: 0,
        styles: [limit],
        queries: [
          {
            expr: largest(ofContainers(scope, 'container.memory.working_set')),
            legend: '{{job}} {{instance}} working set',
          },
          {
            expr: largest(ofContainers(scope, 'container.memory.usage')),
            legend: '{{job}} {{instance}} with page cache',
          },
          {
            expr: largest(ofContainers(scope, 'container.memory.limit')),
            legend: '{{job}} {{instance}} limit',
            emptyIsHealthy: UNLIMITED_MEMORY,
          },
        ],
      },
      {
        id: 42,
        type: 'timeseries',
        title: 'Processes killed for want of memory',
        description: 'By the kernel, in the container. Node.js that gives up by itself is under processes that ended.',
        width: 12,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [
          {
            expr: `round(${largest(`increase(${ofContainers(scope, 'container.memory.oom_kills')}[${window}])`)})`,
            legend: '{{job}} {{instance}}',
          },
        ],
      },
      {
        id: 43,
        type: 'timeseries',
        title: 'Memory, share of the limit',
        description:
          'The working set, of the fullest container of an application on a host. At 100 % the kernel kills a process in it.',
        width: 12,
        unit: 'percentunit',
        min: 0,
        max: 1,
        marks: [{ from: memory.container, colour: 'red' }],
        queries: [{ expr: memoryOfLimit(scope), legend: '{{job}} {{instance}}', emptyIsHealthy: UNLIMITED_MEMORY }],
      },
    ],
  };
}
