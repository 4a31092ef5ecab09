import { absentBecause } from '../collectors/absent.ts';
import { numbers } from '../collectors/collector.ts';
import type { Collection } from '../collectors/collector.ts';
import { reportedMetrics } from './reported-metrics.ts';
import type { ReportedRow } from './reported-metrics.ts';
import { reportedNumber } from './reported-number.ts';

/** The sections of INFO that are read. */
export const INFO_SECTIONS: readonly string[] = [
  'server',
  'clients',
  'memory',
  'persistence',
  'stats',
  'replication',
  'cpu',
  'keyspace',
];

// oxfmt-ignore
const ROWS: readonly ReportedRow[] = [
  ['redis.uptime', ['uptime_in_seconds']],
  ['redis.cpu.time',
    ['used_cpu_sys', { state: 'sys' }],
    ['used_cpu_user', { state: 'user' }],
    ['used_cpu_sys_children', { state: 'sys_children' }],
    ['used_cpu_user_children', { state: 'user_children' }],
    ['used_cpu_sys_main_thread', { state: 'sys_main_thread' }],
    ['used_cpu_user_main_thread', { state: 'user_main_thread' }]],
  ['redis.clients.connected', ['connected_clients']],
  ['redis.clients.blocked', ['blocked_clients']],
  ['redis.clients.max_input_buffer', ['client_recent_max_input_buffer']],
  ['redis.clients.max_output_buffer', ['client_recent_max_output_buffer']],
  ['redis.connections.received', ['total_connections_received']],
  ['redis.connections.rejected', ['rejected_connections']],
  ['redis.commands.processed', ['total_commands_processed']],
  ['redis.keyspace.hits', ['keyspace_hits']],
  ['redis.keyspace.misses', ['keyspace_misses']],
  ['redis.keys.expired', ['expired_keys']],
  ['redis.keys.evicted', ['evicted_keys']],
  ['redis.memory.used', ['used_memory']],
  ['redis.memory.peak', ['used_memory_peak']],
  ['redis.memory.rss', ['used_memory_rss']],
  ['redis.memory.lua', ['used_memory_lua']],
  ['redis.memory.fragmentation_ratio', ['mem_fragmentation_ratio']],
  ['redis.rdb.changes_since_last_save', ['rdb_changes_since_last_save']],
  ['redis.net.input', ['total_net_input_bytes']],
  ['redis.net.output', ['total_net_output_bytes']],
  ['redis.latest_fork', ['latest_fork_usec']],
  ['redis.slaves.connected', ['connected_slaves']],
  ['redis.replication.offset', ['master_repl_offset']],
  ['redis.replication.backlog_first_byte_offset', ['repl_backlog_first_byte_offset']],
];

const ROLES: ReadonlyMap<string, string> = new Map([
  ['master', 'primary'],
  ['slave', 'replica'],
]);

// Redis has 16 databases unless it is told otherwise.
const MAX_DATABASES = 100;
const DATABASE = /^db(\d{1,9})$/;
const DATABASE_METRICS = [
  ['redis.db.keys', 'keys'],
  ['redis.db.expires', 'expires'],
  ['redis.db.avg_ttl', 'avg_ttl'],
] as const;

type Labels = Readonly<Record<string, string>>;

// A Redis tells a few hundred; reading a million of them would stop everything else for half a second.
const MAX_LINES = 10_000;

/**
 * The fields of an answer to INFO; of a field that is there twice, the first.
 *
 * @throws {Error} if there are more lines than a Redis could have to tell
 */
export function parseInfo(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const lines = text.split('\r\n', MAX_LINES + 1);
  if (lines.length > MAX_LINES) throw new Error(`the answer has more than ${MAX_LINES} lines`);
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0 || line.startsWith('#')) continue;
    const name = line.slice(0, colon);
    if (!fields.has(name)) fields.set(name, line.slice(colon + 1));
  }
  return fields;
}

/** The metrics of an answer to INFO. */
export function infoMetrics(info: ReadonlyMap<string, string>, server: Labels): Collection {
  const parts = [
    reportedMetrics(ROWS, info, server),
    maxMemory(info, server),
    role(info, server),
    databases(info, server),
  ];
  return {
    metrics: parts.flatMap(({ metrics }) => metrics),
    absent: Object.assign({}, ...parts.map(({ absent }) => absent)) as Record<string, string>,
  };
}

function maxMemory(info: ReadonlyMap<string, string>, server: Labels): Collection {
  const name = 'redis.maxmemory';
  if (info.get('maxmemory') === '0') return { metrics: [], absent: { [name]: 'the server has no limit maxmemory' } };
  return reportedMetrics([[name, ['maxmemory']]], info, server);
}

function role(info: ReadonlyMap<string, string>, server: Labels): Collection {
  const name = 'redis.role';
  const known = ROLES.get(info.get('role') ?? '');
  if (known === undefined) return { metrics: [], absent: { [name]: 'the server tells no role that is known' } };
  return { metrics: [numbers(name, [[1, { ...server, role: known }]])] };
}

function databases(info: ReadonlyMap<string, string>, server: Labels): Collection {
  const all = [...info].filter(([field]) => DATABASE.test(field));
  const shown = all
    .slice(0, MAX_DATABASES)
    .map(([db, text]) => [{ ...server, db: db.slice(2) }, values(text)] as const);
  if (all.length === 0) {
    const names = DATABASE_METRICS.map(([name]) => name);
    return { metrics: [], absent: absentBecause(names, 'no database has a key') };
  }
  const absent: Record<string, string> = {};
  const metrics = DATABASE_METRICS.flatMap(([name, field]) => {
    const points = shown.flatMap(([labels, found]) => {
      const value = reportedNumber(found.get(field) ?? '');
      // Redis says 0 where it has not sampled a key that expires.
      return value === undefined || (field === 'avg_ttl' && value === 0) ? [] : [[value, labels] as const];
    });
    if (all.length > shown.length) absent[name] = `only ${MAX_DATABASES} databases are shown`;
    else if (points.length < shown.length) absent[name] = `not every database tells ${field}`;
    return points.length === 0 ? [] : [numbers(name, points)];
  });
  return { metrics, absent };
}

function values(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((part) => {
      const [name = '', value = ''] = part.split('=', 2);
      return [name, value];
    }),
  );
}
