import { numbers } from './collectors/collector.ts';
import type { LogFields, Logger, LogLevel, LogSink } from './logger.ts';
import type { Metric } from './metric.ts';

/** What of a log is written. */
export interface LogLimits {
  /** The least grave lines that are. */
  readonly level: LogLevel;
  /** The most lines in a minute. */
  readonly linesPerMinute: number;
}

/** A line that was written lately. */
interface Recent {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields | undefined;
  readonly at: number;
  repeats: number;
}

const MINUTE_MS = 60_000;

/** So many different lines are remembered; one that comes again after that many others is written again. */
const REMEMBERED = 1_000;

const GRAVITY: Readonly<Record<LogLevel, number>> = { info: 0, warn: 1, error: 2 };

/**
 * Keeps a log short: the same line once a minute, with how often it was repeated, and so many lines in a minute (a token
 * bucket that holds a minute's). Of lines that were left out for the second reason, one line says how many.
 *
 * @example
 * const limit = new LogLimit(sink, { level: 'info', linesPerMinute: 300 }, () => performance.now());
 * limit.log('warn', 'collector failed', { collector: 'cpu' });
 */
export class LogLimit {
  /** Writes a line, if it is within the limits. */
  readonly log: Logger = (level, message, fields) => this.#log(level, message, fields);
  /** Writes a line that must not be missing: only its level can keep it back. */
  readonly urgent: Logger = (level, message, fields) => {
    if (this.#isWanted(level)) this.#write(level, message, fields);
  };
  readonly #sink: LogSink;
  readonly #clock: () => number;
  readonly #recent = new Map<string, Recent>();
  #limits: LogLimits;
  #tokens: number;
  #filledAt: number;
  /** Lines that were left out and of which no line has told yet. */
  #untold = 0;
  #suppressed = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param clock monotonic milliseconds */
  constructor(sink: LogSink, limits: LogLimits, clock: () => number) {
    this.#sink = sink;
    this.#limits = limits;
    this.#clock = clock;
    this.#tokens = limits.linesPerMinute;
    this.#filledAt = clock();
  }

  /** From now on other limits apply. */
  set limits(limits: LogLimits) {
    this.#fill();
    // The share of the bucket that is left stays.
    this.#tokens *= limits.linesPerMinute / Math.max(1, this.#limits.linesPerMinute);
    this.#limits = limits;
  }

  read(): Metric {
    return numbers('outrider.log.suppressed', [[this.#suppressed]]);
  }

  /** Tells what was left out and repeated, and lets go of the timer. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const recent of this.#recent.values()) this.#tellRepeats(recent);
    this.#recent.clear();
    this.#tellLeftOut();
  }

  #log(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (!this.#isWanted(level)) return;
    const now = this.#clock();
    const key = JSON.stringify([level, message, fields]);
    const recent = this.#recent.get(key);
    if (recent !== undefined && now - recent.at < MINUTE_MS) {
      recent.repeats += 1;
      this.#suppressed += 1;
      return this.#later();
    }
    if (recent !== undefined) this.#tellRepeats(recent);
    this.#recent.delete(key);
    if (!this.#take()) return this.#leaveOut();
    this.#remember(key, { level, message, fields, at: now, repeats: 0 });
    this.#write(level, message, fields);
  }

  #isWanted(level: LogLevel): boolean {
    return GRAVITY[level] >= GRAVITY[this.#limits.level];
  }

  #remember(key: string, recent: Recent): void {
    this.#recent.set(key, recent);
    if (this.#recent.size <= REMEMBERED) return;
    const [oldest] = this.#recent;
    if (oldest === undefined) return;
    this.#recent.delete(oldest[0]);
    this.#tellRepeats(oldest[1]);
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    this.#tellLeftOutInTurn();
    if (this.#sink(level, message, fields) === false) this.#leaveOut();
  }

  #leaveOut(): void {
    this.#suppressed += 1;
    this.#untold += 1;
    this.#later();
  }

  #tellLeftOutInTurn(): void {
    if (this.#untold === 0 || this.#tokens < 1) return;
    this.#tokens -= 1;
    this.#tellLeftOut();
  }

  #tellLeftOut(): void {
    if (this.#untold === 0) return;
    if (this.#sink('warn', 'log lines were left out', { lines: this.#untold }) !== false) this.#untold = 0;
  }

  #tellRepeats({ level, message, fields, repeats }: Recent): void {
    if (repeats === 0 || !this.#isWanted(level)) return;
    // Also where there is none left: then others come later.
    this.#tokens -= 1;
    this.#sink(level, message, { ...fields, repeated: repeats });
  }

  /** Takes a token, unless it would be the one for the line that says how many were left out. */
  #take(): boolean {
    this.#fill();
    const needed = this.#untold > 0 ? 2 : 1;
    if (this.#tokens < needed) return false;
    this.#tokens -= 1;
    return true;
  }

  #fill(): void {
    const { linesPerMinute } = this.#limits;
    const now = this.#clock();
    this.#tokens = Math.min(linesPerMinute, this.#tokens + ((now - this.#filledAt) * linesPerMinute) / MINUTE_MS);
    this.#filledAt = now;
  }

  /** Comes back in a minute, when there is something to tell that nobody may ask for again. */
  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, MINUTE_MS).unref();
  }

  #tell(): void {
    const now = this.#clock();
    for (const [key, recent] of this.#recent) {
      if (now - recent.at < MINUTE_MS) continue;
      this.#recent.delete(key);
      this.#tellRepeats(recent);
    }
    this.#fill();
    this.#tellLeftOutInTurn();
    if (this.#untold > 0 || [...this.#recent.values()].some(({ repeats }) => repeats > 0)) this.#later();
  }
}
