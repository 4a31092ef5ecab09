/** How grave a log line is. */
export type LogLevel = 'info' | 'warn' | 'error';

/** Takes one line a fact: a constant message, and what it is about as fields. */
export type Logger = (
  level: LogLevel,
  message: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void;
