import type { Row } from '../../dashboard.ts';
import { SERVER, clientShare, pgbouncerMean, serverRate } from '../../measures/servers.ts';
import type { Scope } from '../../scope.ts';
import { AT, upPanel } from '../watched-server.ts';

const DATABASE = `${SERVER}, db_namespace`;
const OF_DATABASE = `{{db_namespace}} ${AT}`;
const OF_POOL = `{{user_name}}@${OF_DATABASE}`;

/** PgBouncer as it sees itself. */
export function pgbouncerRow(scope: Scope): Row {
  const { host } = scope;
  return {
    id: 104,
    title: 'PgBouncer',
    collapsed: true,
    panels: [
      upPanel(scope, 'pgbouncer', { id: 60, title: 'PgBouncer up', width: 4 }),
      {
        id: 61,
        type: 'timeseries',
        title: 'Clients by state',
        description:
          'Clients that have a connection, wait for one or cancel, and the share of those allowed (dashed, right). Nobody should wait for long.',
        width: 10,
        unit: 'short',
        min: 0,
        styles: [{ name: 'share .*', dashed: true, rightAxis: 'percentunit' }],
        queries: [
          { expr: host('pgbouncer.pool.clients'), legend: `{{state}} ${OF_POOL}` },
          { expr: clientShare(scope), legend: `share ${AT}` },
        ],
      },
      {
        id: 62,
        type: 'timeseries',
        title: 'Connections to PostgreSQL by state',
        description: 'Connections of each pool. All active and none idle: the pool is full.',
        width: 10,
        unit: 'short',
        min: 0,
        queries: [{ expr: host('pgbouncer.pool.servers'), legend: `{{state}} ${OF_POOL}` }],
      },
      {
        id: 63,
        type: 'timeseries',
        title: 'Longest wait of a client',
        description: 'How long the first client in the queue has waited. A climbing line is a pool that is stuck.',
        width: 8,
        unit: 's',
        min: 0,
        queries: [{ expr: host('pgbouncer.pool.longest_wait'), legend: OF_POOL }],
      },
      {
        id: 64,
        type: 'timeseries',
        title: 'Clients that waited, on average',
        description: 'Seconds a second that clients waited for a connection, which is how many waited at a time.',
        width: 8,
        unit: 'none',
        min: 0,
        queries: [{ expr: serverRate(scope, 'pgbouncer.wait.time', DATABASE), legend: OF_DATABASE }],
      },
      {
        id: 65,
        type: 'timeseries',
        title: 'PgBouncer: mean times',
        description:
          'Of a query, of a transaction, and of the wait of a transaction for its connection. Transactions much longer than their queries hold connections while the application does something else.',
        width: 8,
        unit: 's',
        min: 0,
        queries: [
          { expr: pgbouncerMean(scope, 'query'), legend: `query ${OF_DATABASE}` },
          { expr: pgbouncerMean(scope, 'transaction'), legend: `transaction ${OF_DATABASE}` },
          { expr: pgbouncerMean(scope, 'wait'), legend: `wait ${OF_DATABASE}` },
        ],
      },
      {
        id: 66,
        type: 'timeseries',
        title: 'PgBouncer: queries and transactions',
        description: 'A second, by database.',
        width: 8,
        unit: 'ops',
        min: 0,
        queries: [
          { expr: serverRate(scope, 'pgbouncer.queries', DATABASE), legend: `queries ${OF_DATABASE}` },
          { expr: serverRate(scope, 'pgbouncer.transactions', DATABASE), legend: `transactions ${OF_DATABASE}` },
        ],
      },
      {
        id: 67,
        type: 'timeseries',
        title: 'Connections of the databases',
        description:
          'Open connections, against how many each pool may have and all pools of a database together (dashed).',
        width: 8,
        unit: 'short',
        min: 0,
        styles: [
          { name: 'of a pool .*', dashed: true },
          { name: 'limit .*', dashed: true },
        ],
        queries: [
          { expr: host('pgbouncer.database.connections'), legend: `open ${OF_DATABASE}` },
          { expr: host('pgbouncer.database.pool_size'), legend: `of a pool ${OF_DATABASE}` },
          {
            expr: host('pgbouncer.database.connections.limit'),
            legend: `limit ${OF_DATABASE}`,
            emptyIsHealthy: 'only a database with max_db_connections has one',
          },
        ],
      },
      {
        id: 68,
        type: 'timeseries',
        title: 'PgBouncer: network',
        description: 'Bytes a second from clients and to them.',
        width: 8,
        unit: 'Bps',
        min: 0,
        queries: [
          {
            expr: serverRate(scope, 'pgbouncer.network.io', `${DATABASE}, network_io_direction`),
            legend: `{{network_io_direction}} ${OF_DATABASE}`,
          },
        ],
      },
    ],
  };
}
