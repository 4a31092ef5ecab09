import type { Row } from '../../dashboard.ts';
import {
  connections,
  poolIdleMin,
  poolLimit,
  poolTime,
  poolUse,
  refused,
  waiting,
  waitingPeak,
} from '../../measures/pools.ts';
import type { Scope } from '../../scope.ts';

const OF = '{{job}} {{db_client_connection_pool_name}} ({{instance}})';

/** The connection pools of the applications. */
export function poolRow(pools: Scope): Row {
  return {
    id: 100,
    title: 'Connection pools',
    panels: [
      {
        id: 10,
        type: 'timeseries',
        title: 'Use of the pools, fullest worker',
        description:
          'Share of the connections that a pool may open which are in use, in the worker that has the fewest left. At 100 % its callers wait: the alert DbPoolExhausted fires after a minute.',
        width: 12,
        unit: 'percentunit',
        min: 0,
        max: 1,
        marks: [{ from: 1, colour: 'red' }],
        queries: [{ expr: poolUse(pools), legend: OF }],
      },
      {
        id: 11,
        type: 'timeseries',
        title: 'Connections, sum of the workers',
        description:
          'Connections in use and idle, against the limit and the idle ones that the pool keeps (dashed). Many idle ones take room from other applications.',
        width: 12,
        unit: 'short',
        min: 0,
        styles: [
          { name: 'limit .*', dashed: true },
          { name: 'kept idle .*', dashed: true },
        ],
        queries: [
          { expr: connections(pools, '="used"'), legend: `used ${OF}` },
          { expr: connections(pools, '="idle"'), legend: `idle ${OF}` },
          { expr: poolLimit(pools), legend: `limit ${OF}` },
          { expr: poolIdleMin(pools), legend: `kept idle ${OF}` },
        ],
      },
      {
        id: 12,
        type: 'timeseries',
        title: 'Waiting callers, sum of the workers, and their peak in one',
        description:
          'Callers that wait for a connection now, and the most that waited at once in one worker (dashed): short bursts are only in the peak.',
        width: 12,
        unit: 'short',
        min: 0,
        styles: [{ name: 'peak .*', dashed: true }],
        queries: [
          { expr: waiting(pools), legend: `waiting ${OF}` },
          { expr: waitingPeak(pools), legend: `peak ${OF}` },
        ],
      },
      {
        id: 13,
        type: 'timeseries',
        title: 'Callers that got no connection',
        description:
          'A second: those that gave up waiting (timeout), and those whose connection could not be opened (error). Timeouts mean a pool that is too small or held up, errors a server that is away or full.',
        width: 12,
        unit: 'cps',
        min: 0,
        queries: [
          { expr: refused(pools, 'timeouts', 'rate'), legend: `timeout ${OF}` },
          { expr: refused(pools, 'errors', 'rate'), legend: `error ${OF}` },
        ],
      },
      {
        id: 14,
        type: 'timeseries',
        title: 'Wait for a connection, median and p95',
        description: 'Time until a caller had its connection. It is part of the time of every request that needs one.',
        width: 8,
        unit: 's',
        min: 0,
        queries: [
          { expr: poolTime(0.5, 'wait', pools), legend: `p50 ${OF}` },
          { expr: poolTime(0.95, 'wait', pools), legend: `p95 ${OF}` },
        ],
      },
      {
        id: 15,
        type: 'timeseries',
        title: 'Connections in use for, median and p95',
        description:
          'Time between getting a connection and giving it back. Far above the time of queries, connections are held while something else is done.',
        width: 8,
        unit: 's',
        min: 0,
        queries: [
          { expr: poolTime(0.5, 'use', pools), legend: `p50 ${OF}` },
          { expr: poolTime(0.95, 'use', pools), legend: `p95 ${OF}` },
        ],
      },
      {
        id: 16,
        type: 'timeseries',
        title: 'Opening a connection, p95',
        description: 'Time until a new connection was open. Points all along mean that connections are not kept.',
        width: 8,
        unit: 's',
        min: 0,
        queries: [
          {
            expr: poolTime(0.95, 'create', pools),
            legend: `p95 ${OF}`,
            emptyIsHealthy: 'a pool that keeps its connections opens none',
          },
        ],
      },
    ],
  };
}
