import type { TimeSplit } from './split-time.ts';

/**
 * Where the time of a slow request went, in milliseconds. Each moment is counted once, so that together they are the
 * request's duration: what it waited for at once shares the time.
 */
export interface TimeParts {
  /** For a connection of a pool. */
  readonly pool_wait_ms: number;
  readonly queries_ms: number;
  /** For calls to other servers. */
  readonly outgoing_ms: number;
  /** The event loop was blocked, by this request or another one. */
  readonly event_loop_ms: number;
  /** Its own code, and whatever is not observed. */
  readonly rest_ms: number;
}

/** The parts of a request that took so many milliseconds, rounded to microseconds such that they still add up to it. */
export function timeParts(split: TimeSplit, duration: number): TimeParts {
  const [pool_wait_ms = 0, queries_ms = 0, outgoing_ms = 0, event_loop_ms = 0, rest_ms = 0] = rounded(
    split,
    duration,
    3,
  );
  return { pool_wait_ms, queries_ms, outgoing_ms, event_loop_ms, rest_ms };
}

const SERVER_TIMING_NAMES = ['pool', 'db', 'http', 'loop', 'rest'];

/**
 * The parts of a request that has taken so many milliseconds as metrics of a `Server-Timing` header, each with a comma
 * before it. They are rounded to tenths such that they add up to what it has taken, in tenths.
 */
export function serverTimingParts(split: TimeSplit, elapsed: number): string {
  return rounded(split, elapsed, 1)
    .map((milliseconds, at) => `, ${SERVER_TIMING_NAMES[at]};dur=${milliseconds.toFixed(1)}`)
    .join('');
}

// Rounded by itself, each part could be a little more than it is, and all of them more than the whole. Rounded is the end
// of each, when they are laid one after the other.
function rounded({ waits, eventLoop }: TimeSplit, duration: number, digits: number): number[] {
  const units = 10 ** digits;
  const whole = Math.round(Number(duration.toFixed(digits)) * units);
  let end = 0;
  let before = 0;
  const parts = [...waits, eventLoop].map((part) => {
    end += part;
    const until = Math.min(Math.round(end * units), whole);
    const length = (until - before) / units;
    before = until;
    return length;
  });
  return [...parts, (whole - before) / units];
}
