/** Databases that are told of at most, those with the most connections first. */
export const MAX_DATABASES = 100;

// Templates are nobody's databases.
const LARGEST = `FROM pg_database d JOIN pg_stat_database s ON s.datid = d.oid WHERE NOT d.datistemplate
  ORDER BY s.numbackends DESC, s.xact_commit + s.xact_rollback DESC, d.oid LIMIT ${MAX_DATABASES}`;

// Whether the sessions and replicas of other roles can be seen: without it, they are rows full of NULL.
const SERVER = `SELECT current_setting('max_connections') AS max_connections,
  pg_has_role('pg_read_all_stats', 'USAGE') AS reads_all`;

const DATABASES = `SELECT d.datname, s.numbackends, s.xact_commit, s.xact_rollback, s.deadlocks, s.blks_hit, s.blks_read,
  s.tup_returned, s.tup_fetched, s.tup_inserted, s.tup_updated, s.tup_deleted, s.temp_files, s.temp_bytes,
  count(*) OVER () AS databases ${LARGEST}`;

// Added up by the server, so that no query's text and no client's address ever leaves it. Ours is not counted.
const ACTIVITY = `SELECT datname, state, count(*) AS sessions,
  count(*) FILTER (WHERE state = 'active' AND wait_event_type = 'Lock') AS waiting,
  max(extract(epoch FROM clock_timestamp() - xact_start)) AS longest_transaction
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname IS NOT NULL AND pid <> pg_backend_pid()
  GROUP BY datname, state ORDER BY count(*) DESC LIMIT 1000`;

const WRITER_UP_TO_16 = `SELECT buffers_alloc, buffers_backend, buffers_backend_fsync, buffers_checkpoint, buffers_clean,
  maxwritten_clean, checkpoints_req, checkpoints_timed, checkpoint_write_time, checkpoint_sync_time FROM pg_stat_bgwriter`;

// What backends write themselves is only in pg_stat_io from then on, counted in another way.
const WRITER_FROM_17 = `SELECT b.buffers_alloc, c.buffers_written AS buffers_checkpoint, b.buffers_clean,
  b.maxwritten_clean, c.num_requested AS checkpoints_req, c.num_timed AS checkpoints_timed,
  c.write_time AS checkpoint_write_time, c.sync_time AS checkpoint_sync_time
  FROM pg_stat_bgwriter b CROSS JOIN pg_stat_checkpointer c`;

// Of several replicas at the same address the one that is furthest behind. A standby may have replicas itself.
const REPLICATION = `SELECT coalesce(host(client_addr), 'unix') AS client,
  max(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END,
    replay_lsn)) AS behind, max(extract(epoch FROM write_lag)) AS write_lag,
  max(extract(epoch FROM flush_lag)) AS flush_lag, max(extract(epoch FROM replay_lag)) AS replay_lag
  FROM pg_stat_replication GROUP BY 1 LIMIT 100`;

/**
 * The statements of every look, sent together: the server, databases, activity, writers, replication.
 *
 * @param major the server's version, from 12 on
 */
export function everyLook(major: number): string {
  return [SERVER, DATABASES, ACTIVITY, major >= 17 ? WRITER_FROM_17 : WRITER_UP_TO_16, REPLICATION].join(';\n');
}

/** Asks for the size of each database; NULL for those that we may not know it of. It looks at every file of them. */
export const SIZES: string = `SELECT d.datname, CASE
  WHEN has_database_privilege(d.oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE')
  THEN pg_database_size(d.oid) END AS size ${LARGEST}`;
