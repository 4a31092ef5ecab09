const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/**
 * Reads a duration such as `250ms`, `5s` or `2m`.
 *
 * @returns milliseconds
 * @throws {Error} that says what is wrong
 */
export function parseDuration(given: unknown): number {
  const match = /^(\d+)(ms|s|m)$/.exec(String(given));
  const ms = Number(match?.[1]) * (UNIT_MS[match?.[2] ?? ''] ?? NaN);
  if (!(ms >= 100 && ms <= 600_000)) throw new Error('must be a duration from 100ms to 10m, such as 5s');
  return ms;
}
