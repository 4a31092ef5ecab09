import type { DashboardConfig } from '../../config.ts';
import type { Query, Row } from '../../dashboard.ts';
import { quantileOf } from '../../measures/quantile.ts';
import { total } from '../../measures/totals.ts';
import { panelScope } from '../../scope.ts';

const POOL = 'job, thread_pool_name';
const LEGEND = '{{job}} {{thread_pool_name}}';

/** Thread pools: threads in use, tasks that wait for one. */
export function threads(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { application } = scope;
  const query = (expr: string, what: string): Query => ({
    expr,
    legend: `${LEGEND} ${what}`,
    emptyIsHealthy: 'only applications that register a thread pool have one',
  });
  const timed = (q: number, histogram: string, what: string): Query => ({
    ...query(quantileOf(q, histogram, scope, POOL), what),
    emptyIsHealthy: 'only thread pools that are registered with timings have them',
  });
  return {
    id: 103,
    title: 'Thread pools',
    collapsed: true,
    panels: [
      {
        id: 40,
        type: 'timeseries',
        title: 'Threads, all workers',
        description:
          'Threads by state, the most that may be started and the fewest that are kept. In use at the limit: tasks wait.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [
          query(total(application('thread.pool.threads'), `${POOL}, thread_pool_state`), '{{thread_pool_state}}'),
          query(total(application('thread.pool.limit'), POOL), 'limit'),
          query(total(application('thread.pool.idle.min'), POOL), 'kept'),
        ],
        styles: [{ name: '.* (limit|kept)', dashed: true }],
      },
      {
        id: 41,
        type: 'timeseries',
        title: 'Tasks that wait for a thread',
        description:
          'Tasks that wait now, of all workers, and the most that waited at once in any worker since the reading before.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [
          query(total(application('thread.pool.pending_requests'), POOL), 'now'),
          query(`max by (${POOL}) (${application('thread.pool.pending_requests.max')})`, 'most in a worker'),
        ],
      },
      {
        id: 42,
        type: 'timeseries',
        title: 'Waiting and working, 95th percentile',
        description:
          'How long tasks waited for a thread, and how long a thread worked on one. Long waits of short tasks: too few threads.',
        width: 8,
        unit: 's',
        min: 0,
        queries: [timed(0.95, 'thread.pool.wait_time', 'waiting'), timed(0.95, 'thread.pool.use_time', 'working')],
      },
    ],
  };
}
