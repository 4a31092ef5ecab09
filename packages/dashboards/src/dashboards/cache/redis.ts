import type { Row } from '../../dashboard.ts';
import { SERVER, redisHitRatio, redisMemoryShare, serverRate } from '../../measures/servers.ts';
import type { Scope } from '../../scope.ts';
import { AT } from '../watched-server.ts';
import { redisState } from './redis-state.ts';

/** Redis as it sees itself. */
export function redisRow(scope: Scope): Row {
  const { host } = scope;
  return {
    id: 101,
    title: 'Redis',
    panels: [
      ...redisState(scope),
      {
        id: 23,
        type: 'timeseries',
        title: 'Redis: hit rate',
        description: 'Share of all lookups of all clients that found their key. No lookups, no line.',
        width: 12,
        unit: 'percentunit',
        min: 0,
        max: 1,
        queries: [{ expr: redisHitRatio(scope), legend: AT }],
      },
      {
        id: 24,
        type: 'timeseries',
        title: 'Redis: commands',
        description: 'Commands a second of all clients, those of the sidecar included.',
        width: 12,
        unit: 'ops',
        min: 0,
        queries: [{ expr: serverRate(scope, 'redis.commands.processed'), legend: AT }],
      },
      {
        id: 25,
        type: 'timeseries',
        title: 'Redis: memory',
        description:
          'Allocated now and at the most, as the operating system sees it, and the limit (dashed). Between 0 and far below the limit nothing is wrong; at it keys are evicted, or writes refused.',
        width: 12,
        unit: 'bytes',
        min: 0,
        styles: [{ name: 'limit .*', dashed: true }],
        queries: [
          { expr: host('redis.memory.used'), legend: `used ${AT}` },
          { expr: host('redis.memory.peak'), legend: `peak ${AT}` },
          { expr: host('redis.memory.rss'), legend: `resident ${AT}` },
          { expr: host('redis.memory.lua'), legend: `Lua ${AT}` },
          {
            expr: host('redis.maxmemory'),
            legend: `limit ${AT}`,
            emptyIsHealthy: 'only a server with maxmemory has one',
          },
        ],
      },
      {
        id: 26,
        type: 'timeseries',
        title: 'Redis: memory of that allowed',
        description: 'Share of maxmemory that is allocated. A cache lives near 100 %; a store must not.',
        width: 6,
        unit: 'percentunit',
        min: 0,
        marks: [{ from: 1, colour: 'red' }],
        queries: [
          { expr: redisMemoryShare(scope), legend: AT, emptyIsHealthy: 'only a server with maxmemory has one' },
        ],
      },
      {
        id: 27,
        type: 'timeseries',
        title: 'Redis: fragmentation',
        description:
          'Resident memory of that allocated. Below 100 % it is swapped out; it is high without meaning while little is stored.',
        width: 6,
        unit: 'percentunit',
        min: 0,
        queries: [{ expr: host('redis.memory.fragmentation_ratio'), legend: AT }],
      },
      {
        id: 28,
        type: 'timeseries',
        title: 'Redis: keys evicted and expired',
        description: 'A second. Evictions are for want of memory; where Redis is a store, each one is a loss.',
        width: 8,
        unit: 'cps',
        min: 0,
        queries: [
          { expr: serverRate(scope, 'redis.keys.evicted'), legend: `evicted ${AT}` },
          { expr: serverRate(scope, 'redis.keys.expired'), legend: `expired ${AT}` },
        ],
      },
      {
        id: 29,
        type: 'timeseries',
        title: 'Redis: clients',
        description:
          'Clients that are connected, replicas aside, and those that wait in a blocking command, as workers of queues do.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [
          { expr: host('redis.clients.connected'), legend: `connected ${AT}` },
          { expr: host('redis.clients.blocked'), legend: `blocked ${AT}` },
        ],
      },
      {
        id: 30,
        type: 'timeseries',
        title: 'Redis: new connections',
        description:
          'Connections a second that were accepted, and that were rejected for maxclients. Many accepted ones: clients do not keep theirs.',
        width: 8,
        unit: 'cps',
        min: 0,
        queries: [
          { expr: serverRate(scope, 'redis.connections.received'), legend: `accepted ${AT}` },
          { expr: serverRate(scope, 'redis.connections.rejected'), legend: `rejected ${AT}` },
        ],
      },
      {
        id: 31,
        type: 'timeseries',
        title: 'Redis: CPU',
        description:
          'Share of one CPU: of the whole process, of its main thread, of its children (which save). Commands run in the main thread: near 100 % of it the server is at its end.',
        width: 8,
        unit: 'percentunit',
        min: 0,
        queries: [
          { expr: cpu(scope, 'sys|user'), legend: `process ${AT}` },
          { expr: cpu(scope, '.+_main_thread'), legend: `main thread ${AT}` },
          { expr: cpu(scope, '.+_children'), legend: `children ${AT}` },
        ],
      },
      {
        id: 32,
        type: 'timeseries',
        title: 'Redis: network',
        description: 'Bytes a second that Redis read and wrote. Written bytes that jump are often one large key.',
        width: 8,
        unit: 'Bps',
        min: 0,
        queries: [
          { expr: serverRate(scope, 'redis.net.input'), legend: `read ${AT}` },
          { expr: serverRate(scope, 'redis.net.output'), legend: `written ${AT}` },
        ],
      },
      {
        id: 33,
        type: 'timeseries',
        title: 'Redis: keys',
        description:
          'Keys by database, and those of them that expire. Keys that never expire and only grow fill it up.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [
          {
            expr: host('redis.db.keys'),
            legend: `keys db{{db}} ${AT}`,
            emptyIsHealthy: 'a server without a key has no database',
          },
          {
            expr: host('redis.db.expires'),
            legend: `expire db{{db}} ${AT}`,
            emptyIsHealthy: 'a server without a key has no database',
          },
        ],
      },
    ],
  };
}

// The states overlap: those of the process are of all of its threads.
function cpu(scope: Scope, states: string): string {
  return serverRate(scope, 'redis.cpu.time', SERVER, { state: `=~"${states}"` });
}
