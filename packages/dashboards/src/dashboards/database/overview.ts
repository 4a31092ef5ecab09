import type { Row } from '../../dashboard.ts';
import { poolTime, poolUse, refused, waiting } from '../../measures/pools.ts';
import { queryTime } from '../../measures/queries.ts';
import type { Scope } from '../../scope.ts';
import { serversDownPanel } from '../watched-server.ts';

const STAT = { type: 'stat', width: 4, height: 4 } as const;

/** The answer at a glance: whether anybody waits for the database, and how long. */
export function overview(pools: Scope, scope: Scope): Row {
  return {
    panels: [
      {
        ...STAT,
        id: 1,
        title: 'Fullest pool',
        description:
          'Share of its connections that the fullest pool of a worker has in use. At 100 % whoever comes next waits.',
        unit: 'percentunit',
        decimals: 0,
        sparkline: true,
        marks: [{ from: 1, colour: 'red' }],
        queries: [{ expr: `max(${poolUse(pools)})`, legend: 'in use' }],
      },
      {
        ...STAT,
        id: 2,
        title: 'Waiting callers',
        description: 'Callers of all pools and workers together that wait for a connection now. It should be 0.',
        unit: 'short',
        sparkline: true,
        marks: [{ from: 1, colour: 'orange' }],
        queries: [{ expr: waiting(pools, ''), legend: 'waiting' }],
      },
      {
        ...STAT,
        id: 3,
        title: 'Gave up waiting',
        description:
          'Callers that got no connection in time, in the whole time range. Each one is a request that failed.',
        unit: 'none',
        decimals: 0,
        marks: [{ from: 1, colour: 'red' }],
        queries: [
          {
            expr: refused({ ...pools, window: '$__range' }, 'timeouts', 'increase', ''),
            legend: 'timeouts',
            instant: true,
          },
        ],
      },
      {
        ...STAT,
        id: 4,
        title: 'Wait, p95',
        description: '95 % of the callers got their connection within this time. Of pools that are timed.',
        unit: 's',
        noValue: 'not timed',
        sparkline: true,
        queries: [{ expr: poolTime(0.95, 'wait', pools, ''), legend: 'p95' }],
      },
      {
        ...STAT,
        id: 5,
        title: 'Queries, p95',
        description:
          '95 % of the queries were answered within this time, seen from the applications. Commands to Redis are in it.',
        unit: 's',
        sparkline: true,
        queries: [{ expr: queryTime(0.95, scope, ''), legend: 'p95' }],
      },
      {
        ...STAT,
        id: 6,
        ...serversDownPanel(
          scope,
          ['postgresql', 'pgbouncer'],
          'PostgreSQL servers and PgBouncers that did not answer the last look at them.',
        ),
      },
      {
        id: 7,
        type: 'text',
        title: 'What to look for',
        description: 'How to read this dashboard.',
        width: 24,
        height: 4,
        markdown:
          'Callers wait while a pool is full. **If connections are in use for long**, look at the slowest queries, at sessions that wait for a lock and at the longest transaction. **If they are in use for short**, the pool is too small for the traffic.\n\nTimes of pools are there for those that were registered with `timings: true`. A server that two sidecars watch is there twice.',
      },
    ],
  };
}
