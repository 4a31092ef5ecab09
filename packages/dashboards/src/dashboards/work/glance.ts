import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { total } from '../../measures/totals.ts';
import { breakersIn, failedOperations, oldestTask, operations, queued } from '../../measures/work.ts';
import { percent } from '../../rules/text.ts';
import { panelScope } from '../../scope.ts';

/** Whether the work gets done. */
export function glance(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { errors } = config.thresholds;
  const figure = { type: 'stat', width: 4, height: 4, sparkline: true } as const;
  return {
    panels: [
      {
        ...figure,
        id: 1,
        title: 'Waiting, all workers',
        description: 'Tasks that wait in all queues of all workers. It should come back to what it was.',
        unit: 'none',
        decimals: 0,
        queries: [{ expr: queued(scope, '="waiting"'), legend: 'waiting' }],
      },
      {
        ...figure,
        id: 2,
        title: 'Oldest task',
        description: 'How long the task has waited that has waited longest, in whichever queue.',
        unit: 's',
        noValue: 'none waits',
        queries: [{ expr: oldestTask(scope), legend: 'oldest', emptyIsHealthy: 'no task waits' }],
      },
      {
        ...figure,
        id: 3,
        title: 'Open breakers',
        description:
          'Circuit breakers that are open, half open or isolated now, one a worker: what they guard is given up.',
        unit: 'none',
        decimals: 0,
        marks: [{ from: 1, colour: 'red' }],
        queries: [{ expr: breakersIn(scope, '!="closed"'), legend: 'not closed' }],
      },
      {
        ...figure,
        id: 4,
        title: 'Operations',
        description: 'Timed operations a second.',
        unit: 'ops',
        queries: [{ expr: operations(scope), legend: 'operations' }],
      },
      {
        ...figure,
        id: 5,
        title: 'Failed operations',
        description: `Share of timed operations that failed. Red from ${percent(errors.share)}.`,
        unit: 'percentunit',
        marks: [{ from: errors.share, colour: 'red' }],
        queries: [{ expr: failedOperations(scope), legend: 'failed' }],
      },
      {
        ...figure,
        id: 6,
        title: 'Sessions, all workers',
        description: 'User sessions that are not over yet.',
        unit: 'none',
        decimals: 0,
        queries: [{ expr: total(scope.application('session.active')), legend: 'sessions' }],
      },
      {
        id: 7,
        type: 'text',
        title: 'What to look for',
        description: 'How to read this dashboard.',
        width: 24,
        height: 4,
        markdown: [
          '- **A queue grows:** more comes than is worked off. All its places taken (*active* at *limit*): allow more, or make the tasks faster. Places free: the workers hang, or are blocked: [System health](/d/outrider-system).',
          '- **A breaker opens:** what it guards fails or is slow; see *Outgoing calls* in [API performance](/d/outrider-api), and [Database](/d/outrider-database).',
          '- **An operation gets slower:** if others do as well, the cause is the process or the host, not the operation.',
        ].join('\n'),
      },
    ],
  };
}
