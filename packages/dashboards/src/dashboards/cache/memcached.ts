import type { Row } from '../../dashboard.ts';
import {
  SERVER,
  memcachedCpuShare,
  memcachedHitRatio,
  memcachedMemoryShare,
  serverRate,
} from '../../measures/servers.ts';
import type { Scope } from '../../scope.ts';
import { AT, upPanel } from '../watched-server.ts';

/** Memcached as it sees itself. */
export function memcachedRow(scope: Scope): Row {
  const { host } = scope;
  return {
    id: 103,
    title: 'memcached',
    collapsed: true,
    panels: [
      upPanel(scope, 'memcached', { id: 50, title: 'memcached up', width: 4 }),
      {
        id: 51,
        type: 'timeseries',
        title: 'memcached: hit rate',
        description: 'Share of the gets of all clients that found their key. No gets, no line.',
        width: 10,
        unit: 'percentunit',
        min: 0,
        max: 1,
        queries: [{ expr: memcachedHitRatio(scope), legend: AT }],
      },
      {
        id: 52,
        type: 'timeseries',
        title: 'memcached: commands',
        description: 'A second, by kind. A flush empties the cache, and the databases behind it feel that.',
        width: 10,
        unit: 'ops',
        min: 0,
        queries: [{ expr: serverRate(scope, 'memcached.commands', `${SERVER}, command`), legend: `{{command}} ${AT}` }],
      },
      {
        id: 53,
        type: 'timeseries',
        title: 'memcached: memory',
        description: 'Bytes that items take. It grows until the limit is reached and stays there.',
        width: 8,
        unit: 'bytes',
        min: 0,
        queries: [{ expr: host('memcached.bytes'), legend: AT }],
      },
      {
        id: 54,
        type: 'timeseries',
        title: 'memcached: memory of that allowed',
        description:
          'Share of the limit that items take. Items are evicted before 100 % is reached: memory is cut into classes of sizes.',
        width: 8,
        unit: 'percentunit',
        min: 0,
        max: 1,
        queries: [{ expr: memcachedMemoryShare(scope), legend: AT }],
      },
      {
        id: 55,
        type: 'timeseries',
        title: 'memcached: evictions',
        description: 'Items a second that were thrown out before their time to make room.',
        width: 8,
        unit: 'cps',
        min: 0,
        queries: [{ expr: serverRate(scope, 'memcached.evictions'), legend: AT }],
      },
      {
        id: 56,
        type: 'timeseries',
        title: 'memcached: items',
        description: 'Items that are stored.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [{ expr: host('memcached.current_items'), legend: AT }],
      },
      {
        id: 57,
        type: 'timeseries',
        title: 'memcached: lookups by result',
        description: 'Gets, increments and decrements a second, and whether they found their key.',
        width: 8,
        unit: 'ops',
        min: 0,
        queries: [
          {
            expr: serverRate(scope, 'memcached.operations', `${SERVER}, operation, type`),
            legend: `{{operation}} {{type}} ${AT}`,
          },
        ],
      },
      {
        id: 58,
        type: 'timeseries',
        title: 'memcached: CPU of its threads',
        description: 'Share of the time of its threads in which they compute.',
        width: 8,
        unit: 'percentunit',
        min: 0,
        queries: [{ expr: memcachedCpuShare(scope), legend: AT }],
      },
      {
        id: 59,
        type: 'timeseries',
        title: 'memcached: connections',
        description:
          'Connections that are open, and the share of those allowed (dashed, right). At 100 % new ones are refused, or wait.',
        width: 8,
        unit: 'short',
        min: 0,
        styles: [{ name: 'share .*', dashed: true, rightAxis: 'percentunit' }],
        queries: [
          { expr: host('memcached.connections.current'), legend: `open ${AT}` },
          {
            expr: `${host('memcached.connections.current')} / ${host('memcached.connections.limit')}`,
            legend: `share ${AT}`,
          },
        ],
      },
      {
        id: 60,
        type: 'timeseries',
        title: 'memcached: new connections',
        description: 'Connections a second that were opened. Many mean that clients do not keep theirs.',
        width: 8,
        unit: 'cps',
        min: 0,
        queries: [{ expr: serverRate(scope, 'memcached.connections.total'), legend: AT }],
      },
      {
        id: 61,
        type: 'timeseries',
        title: 'memcached: network',
        description: 'Bytes a second, sent and received.',
        width: 8,
        unit: 'Bps',
        min: 0,
        queries: [
          { expr: serverRate(scope, 'memcached.network', `${SERVER}, direction`), legend: `{{direction}} ${AT}` },
        ],
      },
    ],
  };
}
