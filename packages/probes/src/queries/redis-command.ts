import { OTHER_QUERY } from './sql-summary.ts';
import type { QuerySummary } from './sql-summary.ts';

// What a client says to set up a connection and to see whether the server is there.
const HANDSHAKE = 'HELLO AUTH CLIENT SELECT INFO READONLY READWRITE ASKING CLUSTER COMMAND QUIT';
// These wait until something comes: their time says nothing of the server's.
const BLOCKING =
  'BLPOP BRPOP BRPOPLPUSH BLMOVE BLMPOP BZPOPMIN BZPOPMAX BZMPOP WAIT WAITAOF SUBSCRIBE PSUBSCRIBE MONITOR';
const LEFT_OUT = new Set(`${HANDSHAKE} ${BLOCKING}`.split(' '));
const MAY_BLOCK = new Set(['XREAD', 'XREADGROUP']);

/** A command's name, or that of a module: JSON.GET. */
const NAME = /^[A-Z][A-Z0-9_.-]{0,40}$/;
const CAPACITY = 1000;

const known = new Map<string, QuerySummary>();

/** Whether a command of Redis is one to be measured: neither a client's own, nor one that waits on purpose. */
export function isMeasured(command: string, args: readonly unknown[]): boolean {
  const name = command.toUpperCase();
  if (LEFT_OUT.has(name)) return false;
  return !(MAY_BLOCK.has(name) && args.some((argument) => typeof argument === 'string' && /^block$/i.test(argument)));
}

const UNKNOWN = 'ERR unknown command';

/**
 * The summary of a command of Redis: its name, and nothing of its arguments. What the server knows no command of is none:
 * a value may have been put in the place of one.
 */
export function commandSummary(command: string, error?: unknown): QuerySummary {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  if (typeof message === 'string' && message.startsWith(UNKNOWN)) return OTHER_QUERY;
  let summary = known.get(command);
  if (summary === undefined) {
    const name = command.toUpperCase();
    if (!NAME.test(name)) return OTHER_QUERY;
    summary = { summary: name, operation: name };
    if (known.size < CAPACITY) known.set(command, summary);
  }
  return summary;
}
