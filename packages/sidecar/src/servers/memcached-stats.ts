import type { Collection } from '../collectors/collector.ts';
import type { ReplyReader } from './dialogue.ts';
import { reportedMetrics } from './reported-metrics.ts';
import type { ReportedRow } from './reported-metrics.ts';

/** An answer of memcached: its figures, or one line, of which an error begins with `ERROR`, `CLIENT_ERROR` or `SERVER_ERROR`. */
export type MemcachedReply = { readonly stats: ReadonlyMap<string, string> } | { readonly line: string };

// oxfmt-ignore
const ROWS: readonly ReportedRow[] = [
  ['memcached.bytes', ['bytes']],
  ['memcached.limit', ['limit_maxbytes']],
  ['memcached.connections.current', ['curr_connections']],
  ['memcached.connections.limit', ['max_connections']],
  ['memcached.connections.total', ['total_connections']],
  ['memcached.commands',
    ['cmd_get', { command: 'get' }],
    ['cmd_set', { command: 'set' }],
    ['cmd_flush', { command: 'flush' }],
    ['cmd_touch', { command: 'touch' }]],
  ['memcached.current_items', ['curr_items']],
  ['memcached.evictions', ['evictions']],
  ['memcached.network',
    ['bytes_read', { direction: 'received' }],
    ['bytes_written', { direction: 'sent' }]],
  ['memcached.operations',
    ['get_hits', { operation: 'get', type: 'hit' }],
    ['get_misses', { operation: 'get', type: 'miss' }],
    ['incr_hits', { operation: 'increment', type: 'hit' }],
    ['incr_misses', { operation: 'increment', type: 'miss' }],
    ['decr_hits', { operation: 'decrement', type: 'hit' }],
    ['decr_misses', { operation: 'decrement', type: 'miss' }]],
  ['memcached.cpu.usage',
    ['rusage_user', { state: 'user' }],
    ['rusage_system', { state: 'system' }]],
  ['memcached.threads', ['threads']],
];

// memcached tells about a hundred.
const MAX_FIGURES = 5000;

/** Reads one answer to `stats`, or the one line that answers other commands and errors. */
export function memcachedReply(): ReplyReader<MemcachedReply> {
  const stats = new Map<string, string>();
  return (buffer) => {
    for (let line = buffer.line(); line !== undefined; line = buffer.line()) {
      if (line === 'END') return { stats };
      const [word, name, value] = line.split(' ', 3);
      if (word !== 'STAT') return { line };
      if (name !== undefined && value !== undefined && !stats.has(name)) stats.set(name, value);
      if (stats.size > MAX_FIGURES) throw new Error(`the answer has more than ${MAX_FIGURES} figures`);
    }
    return undefined;
  };
}

/** The metrics of an answer to `stats`. */
export function statsMetrics(stats: ReadonlyMap<string, string>, server: Readonly<Record<string, string>>): Collection {
  return reportedMetrics(ROWS, stats, server);
}
