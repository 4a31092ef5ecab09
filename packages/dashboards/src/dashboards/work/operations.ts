import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { quantileOf } from '../../measures/quantile.ts';
import { failedOperations, operations } from '../../measures/work.ts';
import { percent } from '../../rules/text.ts';
import { panelScope } from '../../scope.ts';

const OPERATION = 'job, operation_name';
const LEGEND = '{{job}} {{operation_name}}';

/** What the application times itself. */
export function timedOperations(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { errors } = config.thresholds;
  return {
    id: 102,
    title: 'Timed operations',
    panels: [
      {
        id: 30,
        type: 'timeseries',
        title: 'Operations by name',
        description: 'Timed operations a second, by name.',
        width: 12,
        unit: 'ops',
        min: 0,
        queries: [{ expr: operations(scope, OPERATION), legend: LEGEND }],
      },
      {
        id: 31,
        type: 'timeseries',
        title: '95th percentile by operation',
        description: '95 of 100 took no longer. All at once: the process or the host is slow, not the operation.',
        width: 12,
        unit: 's',
        min: 0,
        queries: [{ expr: quantileOf(0.95, 'operation.duration', scope, OPERATION), legend: LEGEND }],
      },
      {
        id: 32,
        type: 'timeseries',
        title: 'Share of operations that fail',
        description: `Share of timed operations that threw or were said to have failed; the line is at ${percent(errors.share)}.`,
        width: 12,
        unit: 'percentunit',
        min: 0,
        marks: [{ from: errors.share, colour: 'red' }],
        queries: [{ expr: failedOperations(scope, OPERATION), legend: LEGEND }],
      },
      {
        id: 33,
        type: 'timeseries',
        title: 'Heap growth, 95th percentile by operation',
        description:
          'By how much the heap grew during the operations that ask for it; what ran beside them is in it. Much, and often: the garbage collector has work.',
        width: 12,
        unit: 'bytes',
        min: 0,
        queries: [{ expr: quantileOf(0.95, 'operation.memory.growth', scope, OPERATION), legend: LEGEND }],
      },
    ],
  };
}
