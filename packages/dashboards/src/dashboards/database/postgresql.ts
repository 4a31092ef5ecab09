import type { Row } from '../../dashboard.ts';
import { SERVER, bufferHitRatio, serverRate, sessionShare } from '../../measures/servers.ts';
import type { Scope } from '../../scope.ts';
import { AT, upPanel } from '../watched-server.ts';

const DATABASE = `${SERVER}, db_namespace`;
const OF_DATABASE = `{{db_namespace}} ${AT}`;

/** PostgreSQL as it sees itself. */
export function postgresqlRow(scope: Scope): Row {
  const { host } = scope;
  return {
    id: 102,
    title: 'PostgreSQL',
    panels: [
      upPanel(scope, 'postgresql', { id: 30, title: 'PostgreSQL up', width: 4 }),
      {
        id: 31,
        type: 'timeseries',
        title: 'Sessions of those allowed',
        description:
          'Share of max_connections that is open. At 100 % new connections are refused: lower the limits of pools.',
        width: 10,
        unit: 'percentunit',
        min: 0,
        max: 1,
        marks: [{ from: 1, colour: 'red' }],
        queries: [{ expr: sessionShare(scope), legend: AT }],
      },
      {
        id: 32,
        type: 'timeseries',
        title: 'Sessions by state',
        description:
          'Sessions of clients. Those idle in a transaction hold locks and keep old rows from being removed while they do nothing.',
        width: 10,
        unit: 'short',
        min: 0,
        queries: [{ expr: host('postgresql.activity'), legend: `{{state}} ${OF_DATABASE}` }],
      },
      {
        id: 33,
        type: 'timeseries',
        title: 'Sessions that wait for a lock',
        description: 'Active sessions that another one holds up. Look for the longest transaction.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [{ expr: host('postgresql.activity.waiting'), legend: OF_DATABASE }],
      },
      {
        id: 34,
        type: 'timeseries',
        title: 'Longest transaction',
        description: 'Age of the oldest open transaction. A line that climbs is one that nobody ends.',
        width: 8,
        unit: 's',
        min: 0,
        queries: [{ expr: host('postgresql.activity.longest_transaction'), legend: OF_DATABASE }],
      },
      {
        id: 35,
        type: 'timeseries',
        title: 'Deadlocks',
        description: 'A second. Each one cost a transaction: rows are locked in different orders.',
        width: 8,
        unit: 'cps',
        min: 0,
        queries: [{ expr: serverRate(scope, 'postgresql.deadlocks', DATABASE), legend: OF_DATABASE }],
      },
      {
        id: 36,
        type: 'timeseries',
        title: 'Transactions',
        description:
          'Transactions a second that were committed and rolled back. Rollbacks that rise are errors of applications.',
        width: 12,
        unit: 'ops',
        min: 0,
        queries: [
          { expr: serverRate(scope, 'postgresql.commits', DATABASE), legend: `commit ${OF_DATABASE}` },
          { expr: serverRate(scope, 'postgresql.rollbacks', DATABASE), legend: `rollback ${OF_DATABASE}` },
        ],
      },
      {
        id: 37,
        type: 'timeseries',
        title: 'Found in the buffer cache',
        description:
          'Share of the blocks that were in shared_buffers. A fall means that what is read no longer fits, or that whole tables are read.',
        width: 12,
        unit: 'percentunit',
        max: 1,
        queries: [{ expr: bufferHitRatio(scope), legend: OF_DATABASE }],
      },
      {
        id: 38,
        type: 'timeseries',
        title: 'Rows read',
        description:
          'Rows a second that scans returned and that index scans fetched. Far more returned than fetched: tables are read as a whole.',
        width: 12,
        unit: 'cps',
        min: 0,
        queries: [
          { expr: serverRate(scope, 'postgresql.tup_returned', DATABASE), legend: `returned ${OF_DATABASE}` },
          { expr: serverRate(scope, 'postgresql.tup_fetched', DATABASE), legend: `fetched ${OF_DATABASE}` },
        ],
      },
      {
        id: 39,
        type: 'timeseries',
        title: 'Rows written',
        description: 'Rows a second that were inserted, updated and deleted.',
        width: 12,
        unit: 'cps',
        min: 0,
        queries: [
          { expr: serverRate(scope, 'postgresql.tup_inserted', DATABASE), legend: `inserted ${OF_DATABASE}` },
          { expr: serverRate(scope, 'postgresql.tup_updated', DATABASE), legend: `updated ${OF_DATABASE}` },
          { expr: serverRate(scope, 'postgresql.tup_deleted', DATABASE), legend: `deleted ${OF_DATABASE}` },
        ],
      },
      {
        id: 40,
        type: 'timeseries',
        title: 'Temporary files',
        description:
          'Bytes and files (right) a second that queries wrote since work_mem did not suffice. They are slow.',
        width: 8,
        unit: 'Bps',
        min: 0,
        styles: [{ name: 'files .*', rightAxis: 'cps', dashed: true }],
        queries: [
          { expr: serverRate(scope, 'postgresql.temp.io', DATABASE), legend: `bytes ${OF_DATABASE}` },
          { expr: serverRate(scope, 'postgresql.temp_files', DATABASE), legend: `files ${OF_DATABASE}` },
        ],
      },
      {
        id: 41,
        type: 'timeseries',
        title: 'Size of the databases, and how many',
        description: 'Bytes on disk by database, and the number of databases (right).',
        width: 8,
        unit: 'bytes',
        min: 0,
        styles: [{ name: 'databases .*', rightAxis: 'short', dashed: true }],
        queries: [
          { expr: host('postgresql.db_size'), legend: OF_DATABASE },
          { expr: host('postgresql.database.count'), legend: `databases ${AT}` },
        ],
      },
      {
        id: 42,
        type: 'timeseries',
        title: 'Replicas behind',
        description:
          'Data that a replica has not replayed yet, and how old it is (right). A climbing line is a replica that does not keep up.',
        width: 8,
        unit: 'bytes',
        min: 0,
        styles: [{ name: 'until .*', rightAxis: 's', dashed: true }],
        queries: [
          {
            expr: host('postgresql.replication.data_delay'),
            legend: `{{replication_client}} of ${AT}`,
            emptyIsHealthy: 'only a server with replicas has any',
          },
          {
            expr: host('postgresql.wal.delay'),
            legend: `until {{operation}} {{replication_client}} of ${AT}`,
            emptyIsHealthy: 'only a server with replicas that were written to has any',
          },
        ],
      },
    ],
  };
}
