import type { MetricDefinition } from './catalogue.ts';
import type { MetricKind } from './metric-kind.ts';

const SERVER = ['server.address', 'server.port'];
const DATABASE = [...SERVER, 'db.namespace'];
const POOL = [...DATABASE, 'user.name'];

// name, unit, kind, attributes beside those of the server, description
type Row = readonly [string, string, MetricKind, readonly string[], string];

// Names, units and attributes of the receivers of the OpenTelemetry Collector (contrib): redisreceiver, postgresqlreceiver
// (with its semantic conventions' attributes), memcachedreceiver.
// oxfmt-ignore
const conventional: readonly Row[] = [
  ['redis.uptime', 's', 'counter', SERVER, 'Time since the Redis server started.'],
  ['redis.cpu.time', 's', 'counter', [...SERVER, 'state'], 'CPU time of the Redis server by state: sys, user, and those of its main thread and its children.'],
  ['redis.clients.connected', '{client}', 'updowncounter', SERVER, 'Clients that are connected, replicas aside.'],
  ['redis.clients.blocked', '{client}', 'updowncounter', SERVER, 'Clients that wait in a blocking command.'],
  ['redis.clients.max_input_buffer', 'By', 'gauge', SERVER, 'The largest input buffer of a client.'],
  ['redis.clients.max_output_buffer', 'By', 'gauge', SERVER, 'The largest output buffer of a client.'],
  ['redis.connections.received', '{connection}', 'counter', SERVER, 'Connections that Redis accepted.'],
  ['redis.connections.rejected', '{connection}', 'counter', SERVER, 'Connections that Redis rejected for its limit maxclients.'],
  ['redis.commands.processed', '{command}', 'counter', SERVER, 'Commands that Redis processed.'],
  ['redis.keyspace.hits', '{hit}', 'counter', SERVER, 'Lookups that found their key.'],
  ['redis.keyspace.misses', '{miss}', 'counter', SERVER, 'Lookups that did not find their key.'],
  ['redis.keys.expired', '{event}', 'counter', SERVER, 'Keys that expired.'],
  ['redis.keys.evicted', '{key}', 'counter', SERVER, 'Keys that were evicted for the limit maxmemory.'],
  ['redis.maxmemory', 'By', 'gauge', SERVER, 'The limit maxmemory; absent if there is none.'],
  ['redis.memory.used', 'By', 'gauge', SERVER, 'Memory that Redis allocated.'],
  ['redis.memory.peak', 'By', 'gauge', SERVER, 'The most memory that Redis had allocated.'],
  ['redis.memory.rss', 'By', 'gauge', SERVER, 'Memory of Redis as the operating system sees it.'],
  ['redis.memory.lua', 'By', 'gauge', SERVER, 'Memory of the Lua engine.'],
  ['redis.memory.fragmentation_ratio', '1', 'gauge', SERVER, 'Resident memory divided by allocated memory.'],
  ['redis.rdb.changes_since_last_save', '{change}', 'updowncounter', SERVER, 'Changes since the last dump.'],
  ['redis.net.input', 'By', 'counter', SERVER, 'Bytes that Redis read from the network.'],
  ['redis.net.output', 'By', 'counter', SERVER, 'Bytes that Redis wrote to the network.'],
  ['redis.latest_fork', 'us', 'gauge', SERVER, 'Duration of the last fork.'],
  ['redis.slaves.connected', '{replica}', 'updowncounter', SERVER, 'Replicas that are connected.'],
  ['redis.replication.offset', 'By', 'gauge', SERVER, 'Replication offset of the server.'],
  ['redis.replication.backlog_first_byte_offset', 'By', 'gauge', SERVER, 'Offset of the first byte in the replication backlog.'],
  ['redis.role', '{role}', 'updowncounter', [...SERVER, 'role'], '1 for the role of the server: primary or replica.'],
  ['redis.db.keys', '{key}', 'gauge', [...SERVER, 'db'], 'Keys in the database.'],
  ['redis.db.expires', '{key}', 'gauge', [...SERVER, 'db'], 'Keys in the database that expire.'],
  ['redis.db.avg_ttl', 'ms', 'gauge', [...SERVER, 'db'], 'Average time to live of the keys that expire.'],

  ['postgresql.backends', '1', 'updowncounter', DATABASE, 'Server processes that are connected to the database, that of the sidecar included.'],
  ['postgresql.connection.max', '{connections}', 'gauge', SERVER, 'The limit max_connections.'],
  ['postgresql.commits', '1', 'counter', DATABASE, 'Transactions that were committed.'],
  ['postgresql.rollbacks', '1', 'counter', DATABASE, 'Transactions that were rolled back.'],
  ['postgresql.deadlocks', '{deadlock}', 'counter', DATABASE, 'Deadlocks.'],
  ['postgresql.blks_hit', '{blks_hit}', 'counter', DATABASE, 'Blocks that were found in the buffer cache.'],
  ['postgresql.blks_read', '{blks_read}', 'counter', DATABASE, 'Blocks that were not found in the buffer cache.'],
  ['postgresql.tup_returned', '{tup_returned}', 'counter', DATABASE, 'Rows that scans returned.'],
  ['postgresql.tup_fetched', '{tup_fetched}', 'counter', DATABASE, 'Rows that index scans fetched.'],
  ['postgresql.tup_inserted', '{tup_inserted}', 'counter', DATABASE, 'Rows that were inserted.'],
  ['postgresql.tup_updated', '{tup_updated}', 'counter', DATABASE, 'Rows that were updated.'],
  ['postgresql.tup_deleted', '{tup_deleted}', 'counter', DATABASE, 'Rows that were deleted.'],
  ['postgresql.temp_files', '{temp_file}', 'counter', DATABASE, 'Temporary files that queries made.'],
  ['postgresql.temp.io', 'By', 'counter', DATABASE, 'Bytes that queries wrote to temporary files.'],
  ['postgresql.db_size', 'By', 'updowncounter', DATABASE, 'Size of the database on disk.'],
  ['postgresql.database.count', '{databases}', 'updowncounter', SERVER, 'Databases that are no templates.'],
  ['postgresql.bgwriter.buffers.allocated', '{buffers}', 'counter', SERVER, 'Buffers that were allocated.'],
  ['postgresql.bgwriter.buffers.writes', '{buffers}', 'counter', [...SERVER, 'source'], 'Buffers that were written, by source: checkpoints, bgwriter, and up to PostgreSQL 16 backend, backend_fsync.'],
  ['postgresql.bgwriter.checkpoint.count', '{checkpoints}', 'counter', [...SERVER, 'type'], 'Checkpoints by type: requested or scheduled.'],
  ['postgresql.bgwriter.duration', 'ms', 'counter', [...SERVER, 'type'], 'Time that checkpoints took to write and sync files, by type.'],
  ['postgresql.bgwriter.maxwritten', '1', 'counter', SERVER, 'Times that the background writer stopped since it had written too many buffers.'],
  ['postgresql.replication.data_delay', 'By', 'gauge', [...SERVER, 'replication_client'], 'Data that the replica has not replayed yet.'],
  ['postgresql.wal.delay', 's', 'gauge', [...SERVER, 'operation', 'replication_client'], 'Time until the replica had written, flushed or replayed recent WAL, by operation.'],

  ['memcached.bytes', 'By', 'gauge', SERVER, 'Bytes that items take.'],
  ['memcached.connections.current', '{connections}', 'updowncounter', SERVER, 'Connections that are open.'],
  ['memcached.connections.total', '{connections}', 'counter', SERVER, 'Connections that were opened.'],
  ['memcached.commands', '{commands}', 'counter', [...SERVER, 'command'], 'Commands by kind: get, set, flush, touch.'],
  ['memcached.current_items', '{items}', 'updowncounter', SERVER, 'Items that are stored.'],
  ['memcached.evictions', '{evictions}', 'counter', SERVER, 'Items that were evicted.'],
  ['memcached.network', 'By', 'counter', [...SERVER, 'direction'], 'Bytes over the network by direction: sent or received.'],
  ['memcached.operations', '{operations}', 'counter', [...SERVER, 'operation', 'type'], 'Operations (get, increment, decrement) by type: hit or miss.'],
  ['memcached.cpu.usage', 's', 'counter', [...SERVER, 'state'], 'CPU time by state: user or system.'],
  ['memcached.threads', '{threads}', 'updowncounter', SERVER, 'Threads of memcached.'],
];

// oxfmt-ignore
const own: readonly Row[] = [
  ['redis.up', '', 'gauge', SERVER, '1 if the last look at the Redis server succeeded, else 0.'],
  ['postgresql.up', '', 'gauge', SERVER, '1 if the last look at the PostgreSQL server succeeded, else 0.'],
  ['pgbouncer.up', '', 'gauge', SERVER, '1 if the last look at the PgBouncer succeeded, else 0.'],
  ['memcached.up', '', 'gauge', SERVER, '1 if the last look at the memcached server succeeded, else 0.'],
  ['postgresql.activity', '{session}', 'updowncounter', [...DATABASE, 'state'], 'Sessions of clients, that of the sidecar aside, by state: active, idle, idle_in_transaction, idle_in_transaction_aborted, other.'],
  ['postgresql.activity.waiting', '{session}', 'updowncounter', DATABASE, 'Active sessions that wait for a lock.'],
  ['postgresql.activity.longest_transaction', 's', 'gauge', DATABASE, 'Age of the oldest open transaction of a client; 0 if none is open.'],
  ['memcached.limit', 'By', 'gauge', SERVER, 'Bytes that items may take.'],
  ['memcached.connections.limit', '{connections}', 'gauge', SERVER, 'Connections that may be open.'],
  ['pgbouncer.pool.clients', '{client}', 'updowncounter', [...POOL, 'state'], 'Clients of the pool by state: active (linked to a server), waiting (for one), cancelling.'],
  ['pgbouncer.pool.servers', '{connection}', 'updowncounter', [...POOL, 'state'], 'Connections of the pool to PostgreSQL by state: active, idle, used, tested, login, cancelling.'],
  ['pgbouncer.pool.longest_wait', 's', 'gauge', POOL, 'How long the first client in the queue of the pool has waited; 0 if none waits.'],
  ['pgbouncer.database.connections', '{connection}', 'updowncounter', DATABASE, 'Connections to the database.'],
  ['pgbouncer.database.connections.limit', '{connection}', 'gauge', DATABASE, 'Connections to the database that may be open; absent if unlimited.'],
  ['pgbouncer.database.pool_size', '{connection}', 'gauge', DATABASE, 'Connections that each pool of the database may have.'],
  ['pgbouncer.clients.limit', '{client}', 'gauge', SERVER, 'The limit max_client_conn.'],
  ['pgbouncer.transactions', '{transaction}', 'counter', DATABASE, 'Transactions.'],
  ['pgbouncer.queries', '{query}', 'counter', DATABASE, 'Queries.'],
  ['pgbouncer.network.io', 'By', 'counter', [...DATABASE, 'network.io.direction'], 'Bytes received from clients and sent to them.'],
  ['pgbouncer.transaction.time', 's', 'counter', DATABASE, 'Time that connections were in transactions.'],
  ['pgbouncer.query.time', 's', 'counter', DATABASE, 'Time that connections were busy with queries.'],
  ['pgbouncer.wait.time', 's', 'counter', DATABASE, 'Time that clients waited for a connection.'],
];

function definitions(rows: readonly Row[], stability: MetricDefinition['stability']): MetricDefinition[] {
  return rows.map(([name, unit, kind, attributes, description]) => ({
    name,
    unit,
    kind,
    attributes,
    stability,
    emitter: 'sidecar',
    description,
  }));
}

/** What the sidecar tells of the servers that it watches. Not in the catalogue that applications load: they emit none. */
export const serverMetrics: readonly MetricDefinition[] = [
  ...definitions(conventional, 'development'),
  ...definitions(own, 'outrider'),
];
