import { Connection } from './connection.ts';
import { pgName } from './pg-name.ts';
import { PgProtocolError } from './pg-messages.ts';
import { PgSession } from './pg-session.ts';
import type { PgRow, PgTable } from './pg-table.ts';
import { Points } from './points.ts';
import { printable } from './printable.ts';
import { everyLook, MAX_DATABASES } from './postgresql-queries.ts';
import { DatabaseSizes } from './postgresql-sizes.ts';
import type { ServerCollectorFactory } from './server-collector.ts';

const OLDEST = 12;

// metric -> column of pg_stat_database
const OF_DATABASE = {
  'postgresql.backends': 'numbackends',
  'postgresql.commits': 'xact_commit',
  'postgresql.rollbacks': 'xact_rollback',
  'postgresql.deadlocks': 'deadlocks',
  'postgresql.blks_hit': 'blks_hit',
  'postgresql.blks_read': 'blks_read',
  'postgresql.tup_returned': 'tup_returned',
  'postgresql.tup_fetched': 'tup_fetched',
  'postgresql.tup_inserted': 'tup_inserted',
  'postgresql.tup_updated': 'tup_updated',
  'postgresql.tup_deleted': 'tup_deleted',
  'postgresql.temp_files': 'temp_files',
  'postgresql.temp.io': 'temp_bytes',
} as const;

const OF_ACTIVITY = [
  'postgresql.activity',
  'postgresql.activity.waiting',
  'postgresql.activity.longest_transaction',
] as const;

const OF_REPLICATION = ['postgresql.replication.data_delay', 'postgresql.wal.delay'] as const;

// The state of pg_stat_activity -> the attribute `state`; all others are `other`.
const STATES: ReadonlyMap<string | undefined, string> = new Map([
  ['active', 'active'],
  ['idle', 'idle'],
  ['idle in transaction', 'idle_in_transaction'],
  ['idle in transaction (aborted)', 'idle_in_transaction_aborted'],
]);

/**
 * Looks at a PostgreSQL server, version 12 or later, by its statistics views. Needs a role that may log in, and
 * `pg_read_all_stats` for the sessions of others.
 */
export const postgresql: ServerCollectorFactory = (server, context) => {
  const connection = new Connection({
    server,
    context,
    tls: 'asked',
    logIn: async (wire) => ({
      session: await PgSession.start(wire, {
        server,
        user: server.user ?? 'outrider',
        database: server.database ?? 'postgres',
        settings: settings(server.timeoutMs),
        context,
      }),
      // Anew with each connection: it may be another server.
      sizes: new DatabaseSizes(() => performance.now()),
    }),
  });
  return {
    collect: (signal) =>
      connection.look(signal, async ({ session, sizes }) => {
        const tables = await session.query(everyLook(majorVersion(session.version)));
        await sizes.refresh(session);
        const points = new Points(server);
        sizes.tell(tellOf(tables, points), points);
        return points.collection();
      }),
    close: () => connection.close(),
  };
};

/** What the session is held to: it changes nothing, waits for no lock for long, and no statement outlives a look. */
function settings(timeoutMs: number): Readonly<Record<string, string>> {
  return {
    application_name: 'outrider',
    client_encoding: 'UTF8',
    // Else a schema that others may write to could have a function of a name that is used here.
    search_path: 'pg_catalog',
    default_transaction_read_only: 'on',
    // The statements of a look and the one for the sizes may follow each other.
    statement_timeout: String(Math.ceil(timeoutMs / 2)),
    lock_timeout: String(Math.ceil(timeoutMs / 3)),
  };
}

function majorVersion(version: string): number {
  const major = Number(/^\d+/.exec(version)?.[0]);
  if (major >= OLDEST) return major;
  throw new Error(`PostgreSQL ${OLDEST} or later is needed, and this is ${printable(version) || 'none'}`);
}

/** Tells what the statements of every look found, and gives the names of the databases. */
function tellOf(tables: readonly PgTable[], points: Points): readonly string[] {
  const [about, databases, activity, writers, replication, ...others] = tables.map(({ rows }) => rows);
  const first = about?.[0];
  if (first === undefined || replication === undefined || others.length > 0) {
    throw new PgProtocolError('the server did not answer what it was asked');
  }
  points.add('postgresql.connection.max', first.number('max_connections'));
  const names = tellOfDatabases(databases!, points);
  for (const row of writers!.slice(0, 1)) tellOfWriters(row, points);
  if (first.text('reads_all') === 't') {
    tellOfActivity(activity!, names, points);
    tellOfReplication(replication, points);
  } else {
    points.explain('needs the role pg_read_all_stats', ...OF_ACTIVITY, ...OF_REPLICATION);
  }
  return names;
}

function tellOfDatabases(rows: readonly PgRow[], points: Points): readonly string[] {
  const told = rows.slice(0, MAX_DATABASES);
  for (const row of told) {
    const database = { 'db.namespace': pgName(row, 'datname') };
    for (const [metric, column] of Object.entries(OF_DATABASE)) points.add(metric, row.number(column), database);
  }
  const all = rows[0]?.number('databases') ?? 0;
  points.add('postgresql.database.count', all);
  if (all > told.length) {
    const reason = `${all - told.length} databases beside the ${MAX_DATABASES} with the most connections are left out`;
    points.note(reason, ...Object.keys(OF_DATABASE), ...OF_ACTIVITY, 'postgresql.db_size');
  }
  return told.map((row) => pgName(row, 'datname'));
}

function tellOfActivity(rows: readonly PgRow[], databases: readonly string[], points: Points): void {
  for (const name of databases) {
    const database = { 'db.namespace': name };
    const sessions = new Map([...STATES.values(), 'other'].map((state) => [state, 0]));
    let waiting = 0;
    let longest = 0;
    for (const row of rows.filter((each) => each.text('datname') === name)) {
      const state = STATES.get(row.text('state')) ?? 'other';
      sessions.set(state, sessions.get(state)! + (row.number('sessions') ?? 0));
      waiting += row.number('waiting') ?? 0;
      longest = Math.max(longest, row.number('longest_transaction') ?? 0);
    }
    for (const [state, count] of sessions) points.add('postgresql.activity', count, { ...database, state });
    points.add('postgresql.activity.waiting', waiting, database);
    points.add('postgresql.activity.longest_transaction', longest, database);
  }
}

function tellOfWriters(row: PgRow, points: Points): void {
  const tell = (metric: string, column: string, attributes: Readonly<Record<string, string>> = {}): void =>
    points.add(`postgresql.bgwriter.${metric}`, row.number(column), attributes);
  tell('buffers.allocated', 'buffers_alloc');
  tell('buffers.writes', 'buffers_backend', { source: 'backend' });
  tell('buffers.writes', 'buffers_backend_fsync', { source: 'backend_fsync' });
  tell('buffers.writes', 'buffers_checkpoint', { source: 'checkpoints' });
  tell('buffers.writes', 'buffers_clean', { source: 'bgwriter' });
  tell('checkpoint.count', 'checkpoints_req', { type: 'requested' });
  tell('checkpoint.count', 'checkpoints_timed', { type: 'scheduled' });
  tell('duration', 'checkpoint_write_time', { type: 'write' });
  tell('duration', 'checkpoint_sync_time', { type: 'sync' });
  tell('maxwritten', 'maxwritten_clean');
}

function tellOfReplication(rows: readonly PgRow[], points: Points): void {
  for (const row of rows) {
    const replica = { replication_client: pgName(row, 'client') };
    points.add('postgresql.replication.data_delay', row.number('behind'), replica);
    for (const operation of ['write', 'flush', 'replay']) {
      points.add('postgresql.wal.delay', row.number(`${operation}_lag`), { ...replica, operation });
    }
  }
  points.explain(
    rows.length === 0 ? 'no replica is connected' : 'no replica had anything to catch up with',
    ...OF_REPLICATION,
  );
}
