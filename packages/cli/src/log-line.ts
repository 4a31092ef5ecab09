import type { LogFields, LogLevel } from '@outrider/sidecar';

/** Writes one fact as one line. */
export type LogFormatter = (time: Date, level: LogLevel, message: string, fields?: LogFields) => string;

/** How a line is written, by `log.format`. */
export const logFormats: Readonly<Record<'text' | 'json', LogFormatter>> = { text: logLine, json: jsonLogLine };

/**
 * One fact as one line: `2026-11-21T08:00:00.000Z info listening at=http://127.0.0.1:9464`. Values that are more than
 * a plain word are quoted as in JSON, so that nothing that came over the network can make a line of its own.
 */
export function logLine(time: Date, level: LogLevel, message: string, fields: LogFields = {}): string {
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${written(String(value))}`);
  return `${time.toISOString()} ${level} ${message}${pairs.join('')}\n`;
}

/**
 * One fact as one JSON object in a line: `{"time":"2026-11-21T08:00:00.000Z","level":"info","message":"ready"}`. A field
 * cannot take the place of time, level or message.
 */
export function jsonLogLine(time: Date, level: LogLevel, message: string, fields: LogFields = {}): string {
  const named = Object.entries(fields).map(([key, value]) => [key in RESERVED ? `_${key}` : key, value] as const);
  return `${escaped(JSON.stringify({ time: time.toISOString(), level, message, ...Object.fromEntries(named) }))}\n`;
}

const RESERVED = { time: 0, level: 0, message: 0 };

function written(value: string): string {
  return /^[\w.:/@%+[\]-]+$/.test(value) ? value : escaped(JSON.stringify(value));
}

/** JSON leaves these as they are; terminals, and those who read line by line, do not. */
function escaped(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
