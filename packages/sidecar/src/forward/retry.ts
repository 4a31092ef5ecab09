/** How long to wait before a request is sent again, in milliseconds. */
export interface RetryTimes {
  /** After the first failure in a row; it doubles with every further one. */
  readonly initialMs: number;
  /** The most it grows to by itself. */
  readonly maximumMs: number;
  /** The most that a backend can ask for with Retry-After. */
  readonly askedMaximumMs: number;
}

/** The times that hold where none are given. */
export const retryTimes: RetryTimes = Object.freeze({
  initialMs: 1_000,
  maximumMs: 30_000,
  askedMaximumMs: 300_000,
});

/** The status codes after which OTLP/HTTP has a client send the same again; all other errors are final. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Whether a request that was answered with this status may be sent again, by the rules of OTLP/HTTP. */
export function isRetryable(status: number): boolean {
  return RETRYABLE.has(status);
}

/**
 * How long to wait after `failures` failures in a row. Half of it is random, so that many sidecars do not come back to a
 * backend at the same moment.
 *
 * @param askedMs what the backend asked for with Retry-After, in milliseconds; less than the wait would be anyway has no
 * effect, or one that says 0 would be asked without a pause
 * @returns milliseconds
 */
export function retryDelay(
  failures: number,
  askedMs: number | undefined,
  times: RetryTimes = retryTimes,
  random: () => number = Math.random,
): number {
  const grown = Math.min(times.maximumMs, times.initialMs * 2 ** (failures - 1));
  return Math.max(grown * (0.5 + 0.5 * random()), Math.min(askedMs ?? 0, times.askedMaximumMs));
}

/**
 * Reads a Retry-After header: seconds, or a date of HTTP (RFC 9110, section 10.2.3).
 *
 * @param now milliseconds since 1970
 * @returns milliseconds from now; undefined if it says neither
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const value = header?.trim() ?? '';
  if (/^\d{1,15}$/.test(value)) return Number(value) * 1000;
  // Date.parse takes a lot that is no date of HTTP, "-5" for one; those begin with the name of a day.
  const date = /^[A-Z][a-z]/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
