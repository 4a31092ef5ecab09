import { writeSync } from 'node:fs';
import type { TimeParts } from './attribution/time-parts.ts';

const STDERR = 2;

/** One slow request. Times are milliseconds. It never holds a URL, query, header or body. */
export interface SlowRequest {
  /** When the request ended, ISO 8601. */
  readonly time: string;
  readonly method: string;
  /** The route's template, or `unmatched`. */
  readonly route: string;
  /** Absent if no status was sent. */
  readonly status?: number;
  readonly outcome: string;
  readonly duration_ms: number;
  readonly first_byte_ms?: number;
  readonly request_id?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  /** Where its time went, if the option `attribution` asks for that. */
  readonly parts?: TimeParts;
}

/** What every entry of a log has. */
export interface LogEntry {
  /** ISO 8601. */
  readonly time: string;
  readonly level: 'warn';
  readonly msg: string;
}

/** One slow request, as the slow log writes it. */
export interface SlowLogEntry extends LogEntry, SlowRequest {
  readonly msg: 'slow request';
  /** How many entries the rate limit left out since the one before. */
  readonly suppressed?: number;
}

/** Takes the entries of the slow log. */
export type SlowLogSink = (entry: SlowLogEntry) => void;

/** Entries a second in the long run, and at once after a quiet time. */
const RATE = 10;
const BURST = 10;

/** Lets through ten entries a second and counts the rest, so that a slow minute does not fill a disk. */
export class SlowLogLimiter {
  suppressedTotal = 0;
  #suppressed = 0;
  #tokens = BURST;
  #refilledAt: number;

  /** @param now monotonic milliseconds */
  constructor(now: number) {
    this.#refilledAt = now;
  }

  /** How many entries were left out before this one, if this one may be written; undefined if it may not. */
  admit(now: number): number | undefined {
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#refilledAt) / 1000) * RATE);
    this.#refilledAt = now;
    if (this.#tokens < 1) {
      this.#suppressed++;
      this.suppressedTotal++;
      return undefined;
    }
    this.#tokens--;
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed;
  }
}

/** The entry that the log has of a slow request. */
export function slowLogEntry({ time, ...request }: SlowRequest, suppressed: number): SlowLogEntry {
  return { time, level: 'warn', msg: 'slow request', ...request, ...(suppressed === 0 ? {} : { suppressed }) };
}

/**
 * The sink that is used if none is given: one JSON object a line on stderr.
 *
 * @throws {Error} if stderr cannot be written to
 */
export function writeSlowLog(entry: LogEntry): void {
  // Not process.stderr: a log that nobody reads any more would end the process with EPIPE.
  writeSync(STDERR, `${JSON.stringify(entry)}\n`);
}
