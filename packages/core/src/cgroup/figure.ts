import { readFileSync } from 'node:fs';

/** A number read from a cgroup, or the reason why there is none. */
export type Figure = number | string;

/** The number that is all of a file's content. */
export function readFigure(path: string): Figure {
  return withContent(path, (text) => toFigure(text.trim(), path));
}

/** As {@link readFigure}, of a file that may say that there is no limit: then `Infinity`. */
export function readLimit(path: string): Figure {
  return withContent(path, (text) => toLimit(text.trim(), path));
}

/** The figures of a file of `key value` lines, by key. */
export function readKeyed(path: string): (key: string) => Figure {
  let reason = '';
  let lines: readonly string[] = [];
  try {
    lines = readFileSync(path, 'utf8').split('\n');
  } catch (error) {
    reason = describe(error, path);
  }
  return (key) => {
    if (reason !== '') return reason;
    const line = lines.find((candidate) => candidate.startsWith(`${key} `));
    return line === undefined ? `${path} has no ${key}` : toFigure(line.slice(key.length + 1).trim(), path);
  };
}

/** Reads a file and makes a figure of its content. */
export function withContent(path: string, parse: (text: string) => Figure): Figure {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return describe(error, path);
  }
  return parse(text);
}

/** The number that a word is. */
export function toFigure(word: string, path: string): Figure {
  const value = /^\d+$/.test(word) ? Number(word) : Number.NaN;
  return Number.isFinite(value) ? value : `${path} holds no number`;
}

/** The limit that a word is: `Infinity` for `max` (version 2) and `-1` (version 1). */
export function toLimit(word: string, path: string): Figure {
  return word === 'max' || word === '-1' ? Number.POSITIVE_INFINITY : toFigure(word, path);
}

/** CPUs, from the time a cgroup may run in each period. */
export function cpus(quota: Figure, period: Figure): Figure {
  if (typeof quota === 'string') return quota;
  if (typeof period === 'string') return period;
  return period > 0 ? quota / period : 'the scheduler period is not above 0';
}

/** A figure in a unit that is `parts` times as large. */
export function inUnit(figure: Figure, parts: number): Figure {
  return typeof figure === 'number' ? figure / parts : figure;
}

function describe(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
  return code === 'ENOENT' ? `${path} does not exist` : `${path} cannot be read (${code})`;
}
