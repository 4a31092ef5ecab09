/** How grave a log line is. */
export type LogLevel = 'info' | 'warn' | 'error';

/** What a log line is about, beside its message. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Takes one line a fact: a constant message, and what it is about as fields. */
export type Logger = (level: LogLevel, message: string, fields?: LogFields) => void;

/** Writes log lines; answers false for one that it had no room for. */
export type LogSink = (level: LogLevel, message: string, fields?: LogFields) => unknown;
