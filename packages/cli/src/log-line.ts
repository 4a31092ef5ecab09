import type { Logger, LogLevel } from '@outrider/sidecar';

/**
 * One fact as one line: `2026-11-21T08:00:00.000Z info listening at=http://127.0.0.1:9464`. Values that are more than
 * a plain word are quoted as in JSON, so that nothing that came over the network can make a line of its own.
 */
export function logLine(
  time: Date,
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, string | number | boolean>> = {},
): string {
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${written(String(value))}`);
  return `${time.toISOString()} ${level} ${message}${pairs.join('')}\n`;
}

/** Writes log lines to stderr. A reader that went away does not end the process. */
export function stderrLogger(): Logger {
  process.stderr.on('error', () => undefined);
  return (level, message, fields) => {
    process.stderr.write(logLine(new Date(), level, message, fields));
  };
}

function written(value: string): string {
  if (/^[\w.:/@%+[\]-]+$/.test(value)) return value;
  // JSON leaves these as they are; terminals do not.
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
