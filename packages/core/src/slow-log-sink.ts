import { OutriderError, show } from './errors.ts';
import { writeSlowLog } from './slow-log.ts';
import type { LogEntry, SlowLogEntry } from './slow-log.ts';

/** A logger of pino's kind: fields first. Bunyan and the loggers of Fastify are of it too. */
export interface PinoLogger {
  warn(fields: object, message: string): unknown;
  child(bindings: object): unknown;
}

/** A logger of winston 3. */
export interface WinstonLogger {
  log(level: string, message: string, fields: object): unknown;
  /** Names of the levels. */
  readonly levels: object;
  readonly transports: readonly unknown[];
}

/** What takes the entries of a log: a function, or a logger. */
export type LogTarget<Entry extends LogEntry> = ((entry: Entry) => void) | PinoLogger | WinstonLogger;

/** What takes the slow log. */
export type SlowLog = LogTarget<SlowLogEntry>;

const ACCEPTED = 'a function that takes the entry, a pino logger, or a winston logger with a level warn or warning';

/**
 * The sink that writes to what the option `log` was given; loggers are told apart by what they can do, so that none of
 * them is a dependency.
 *
 * A logger of another kind, such as the console, is refused: whether its `warn` takes fields, and where, is not to be
 * seen from outside.
 *
 * @throws {OutriderError} OUTRIDER_OPTION if it is nothing of this
 */
export function slowLogSink<Entry extends LogEntry = SlowLogEntry>(
  log: LogTarget<Entry> | undefined,
): (entry: Entry) => void {
  if (log === undefined) return writeSlowLog;
  if (typeof log === 'function') return log;
  // Winston first: it has a `child` and a `warn` too, but takes the message first.
  if (isWinston(log)) {
    const level = ['warn', 'warning'].find((name) => Object.hasOwn(log.levels, name));
    if (level !== undefined) return winstonSink(log, level);
  } else if (isPino(log)) {
    return pinoSink(log);
  }
  throw new OutriderError('OUTRIDER_OPTION', { option: 'log', value: show(log), expected: ACCEPTED });
}

// Time and level are pino's own, as in every other line of that log.
function pinoSink(logger: PinoLogger): (entry: LogEntry) => void {
  return ({ time: _time, level: _level, msg, ...fields }) => void logger.warn(fields, msg);
}

// Winston writes no time unless a format adds one, under another name. The fields are given beside the message and not
// as one object with it: the logger's default fields then stand behind ours, not in their place.
function winstonSink(logger: WinstonLogger, level: string): (entry: LogEntry) => void {
  return ({ level: _level, msg, ...fields }) => void logger.log(level, msg, fields);
}

function isWinston(log: unknown): log is WinstonLogger {
  const { log: write, levels, transports } = fieldsOf(log);
  return typeof write === 'function' && typeof levels === 'object' && levels !== null && Array.isArray(transports);
}

function isPino(log: unknown): log is PinoLogger {
  const { warn, child } = fieldsOf(log);
  return typeof warn === 'function' && typeof child === 'function';
}

function fieldsOf(log: unknown): Readonly<Record<string, unknown>> {
  return typeof log === 'object' && log !== null ? (log as Readonly<Record<string, unknown>>) : {};
}
