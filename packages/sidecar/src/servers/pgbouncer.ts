import { Connection } from './connection.ts';
import { pgName } from './pg-name.ts';
import { PgProtocolError } from './pg-messages.ts';
import { PgSession } from './pg-session.ts';
import type { PgRow } from './pg-table.ts';
import { Points } from './points.ts';
import type { ServerCollectorFactory } from './server-collector.ts';

/** The database that PgBouncer itself is, where it is administered. What happens there is our own doing. */
const CONSOLE = 'pgbouncer';
const MAX_DATABASES = 100;
const MAX_POOLS = 200;
const MICROSECONDS = 1e6;

// state of a client or connection -> columns of SHOW POOLS to add up. The second ones are those of PgBouncer up to 1.17.
const CLIENTS = {
  active: ['cl_active'],
  waiting: ['cl_waiting'],
  cancelling: ['cl_active_cancel_req', 'cl_waiting_cancel_req', 'cl_cancel_req'],
} as const;
const SERVERS = {
  active: ['sv_active'],
  idle: ['sv_idle'],
  used: ['sv_used'],
  tested: ['sv_tested'],
  login: ['sv_login'],
  cancelling: ['sv_active_cancel', 'sv_being_canceled'],
} as const;

const OF_DATABASE = ['pgbouncer.database.connections', 'pgbouncer.database.pool_size'] as const;
const DATABASE_LIMIT = 'pgbouncer.database.connections.limit';
const OF_POOL = ['pgbouncer.pool.clients', 'pgbouncer.pool.servers', 'pgbouncer.pool.longest_wait'] as const;
const OF_STATISTICS = [
  'pgbouncer.transactions',
  'pgbouncer.queries',
  'pgbouncer.network.io',
  'pgbouncer.transaction.time',
  'pgbouncer.query.time',
  'pgbouncer.wait.time',
] as const;

/** Looks at a PgBouncer over its admin console, as a user of `stats_users`. */
export const pgbouncer: ServerCollectorFactory = (server, context) => {
  const connection = new Connection({
    server,
    context,
    tls: 'asked',
    logIn: (wire) =>
      PgSession.start(wire, {
        server,
        user: server.user ?? 'outrider',
        database: CONSOLE,
        // It refuses parameters that it does not know.
        settings: { application_name: 'outrider', client_encoding: 'UTF8' },
        context,
      }),
  });
  return {
    collect: (signal) =>
      connection.look(signal, async (session) => {
        const points = new Points(server);
        // It takes one command a message.
        tellOfStatistics(await show(session, 'STATS_TOTALS'), points);
        tellOfPools(await show(session, 'POOLS'), points);
        tellOfDatabases(await show(session, 'DATABASES'), points);
        tellOfConfiguration(await show(session, 'CONFIG'), points);
        return points.collection();
      }),
    close: () => connection.close(),
  };
};

async function show(session: PgSession, what: string): Promise<readonly PgRow[]> {
  const [table, ...others] = await session.query(`SHOW ${what}`);
  if (table === undefined || others.length > 0) throw new PgProtocolError('PgBouncer did not answer what it was asked');
  return table.rows;
}

function tellOfStatistics(rows: readonly PgRow[], points: Points): void {
  const told = largest(rows, 'database', (row) => row.number('xact_count') ?? 0, MAX_DATABASES, points, OF_STATISTICS);
  for (const row of told) {
    const database = { 'db.namespace': pgName(row, 'database') };
    points.add('pgbouncer.transactions', row.number('xact_count'), database);
    points.add('pgbouncer.queries', row.number('query_count'), database);
    points.add('pgbouncer.network.io', row.number('bytes_received'), {
      ...database,
      'network.io.direction': 'receive',
    });
    points.add('pgbouncer.network.io', row.number('bytes_sent'), { ...database, 'network.io.direction': 'transmit' });
    points.add('pgbouncer.transaction.time', seconds(row.number('xact_time')), database);
    points.add('pgbouncer.query.time', seconds(row.number('query_time')), database);
    points.add('pgbouncer.wait.time', seconds(row.number('wait_time')), database);
  }
  if (told.length === 0) points.explain('no database has been used yet', ...OF_STATISTICS);
}

function tellOfPools(rows: readonly PgRow[], points: Points): void {
  const clients = (row: PgRow): number => (row.number('cl_active') ?? 0) + (row.number('cl_waiting') ?? 0);
  const told = largest(rows, 'database', clients, MAX_POOLS, points, OF_POOL);
  for (const row of told) {
    const pool = { 'db.namespace': pgName(row, 'database'), 'user.name': pgName(row, 'user') };
    for (const [state, columns] of Object.entries(CLIENTS)) {
      points.add('pgbouncer.pool.clients', sum(row, columns), { ...pool, state });
    }
    for (const [state, columns] of Object.entries(SERVERS)) {
      points.add('pgbouncer.pool.servers', sum(row, columns), { ...pool, state });
    }
    const wait = row.number('maxwait');
    // Whole seconds, and the rest of them in microseconds.
    if (wait !== undefined) {
      points.add('pgbouncer.pool.longest_wait', wait + (row.number('maxwait_us') ?? 0) / MICROSECONDS, pool);
    }
  }
  if (told.length === 0) points.explain('there is no pool yet', ...OF_POOL);
}

function tellOfDatabases(rows: readonly PgRow[], points: Points): void {
  const connections = (row: PgRow): number => row.number('current_connections') ?? 0;
  const told = largest(rows, 'name', connections, MAX_DATABASES, points, [...OF_DATABASE, DATABASE_LIMIT]);
  for (const row of told) {
    const database = { 'db.namespace': pgName(row, 'name') };
    const limit = row.number('max_connections');
    points.add('pgbouncer.database.connections', row.number('current_connections'), database);
    points.add('pgbouncer.database.connections.limit', limit === 0 ? undefined : limit, database);
    points.add('pgbouncer.database.pool_size', row.number('pool_size'), database);
  }
  points.explain('no database has a limit', DATABASE_LIMIT);
  if (told.length === 0) points.explain('there is no database', ...OF_DATABASE, DATABASE_LIMIT);
}

function tellOfConfiguration(rows: readonly PgRow[], points: Points): void {
  const setting = rows.find((row) => row.text('key') === 'max_client_conn');
  points.add('pgbouncer.clients.limit', setting?.number('value'));
}

// The rows that are told of: not the console's, and the largest if there are too many.
function largest(
  rows: readonly PgRow[],
  column: string,
  size: (row: PgRow) => number,
  limit: number,
  points: Points,
  metrics: readonly string[],
): readonly PgRow[] {
  const all = rows.filter((row) => pgName(row, column) !== CONSOLE);
  if (all.length <= limit) return all;
  points.note(`${all.length - limit} rows beside the ${limit} largest are left out`, ...metrics);
  return all.toSorted((a, b) => size(b) - size(a)).slice(0, limit);
}

// Undefined if the server has none of the columns.
function sum(row: PgRow, columns: readonly string[]): number | undefined {
  const values = columns.map((column) => row.number(column)).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : values.reduce((a, b) => a + b);
}

function seconds(microseconds: number | undefined): number | undefined {
  return microseconds === undefined ? undefined : microseconds / MICROSECONDS;
}
