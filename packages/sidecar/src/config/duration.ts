import type { Kind } from './kind.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** A duration from 100 ms to 10 minutes, in milliseconds. */
export const duration: Kind<number> = {
  parse: parseDuration,
  write: writeDuration,
  schema: {
    type: 'string',
    pattern: '^0*(?:(?:[1-9][0-9]{2,4}|[1-5][0-9]{5}|600000)ms|(?:[1-9][0-9]?|[1-5][0-9]{2}|600)s|(?:[1-9]|10)m)$',
  },
};

const LONGEST_LOOK_MS = 30_000;

/** The time that one look at a server may take, from 100 ms to 30 s, in milliseconds. */
export const lookDuration: Kind<number> = {
  parse: (given) => {
    const ms = parseDuration(given);
    if (ms > LONGEST_LOOK_MS) throw new Error('must be at most 30s');
    return ms;
  },
  write: writeDuration,
  schema: {
    type: 'string',
    pattern: '^0*(?:(?:[1-9][0-9]{2,3}|[12][0-9]{4}|30000)ms|(?:[1-9]|[12][0-9]|30)s)$',
  },
};

/**
 * Reads a duration such as `250ms`, `5s` or `2m`.
 *
 * @returns milliseconds
 * @throws {Error} that says what is wrong
 */
function parseDuration(given: unknown): number {
  const match = typeof given === 'string' ? /^(\d+)(ms|s|m)$/.exec(given) : null;
  const ms = Number(match?.[1]) * (UNIT_MS[match?.[2] ?? ''] ?? NaN);
  if (!(ms >= 100 && ms <= 600_000)) throw new Error('must be a duration from 100ms to 10m, such as 5s');
  return ms;
}

function writeDuration(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
