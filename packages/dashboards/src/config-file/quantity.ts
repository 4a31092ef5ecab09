import type { Kind } from './kind.ts';

const TIMES: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };
const SIZES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

// Shorter than what can be measured, and longer than anybody waits for a response.
const SHORTEST_BOUND_S = 1e-6;
const LONGEST_BOUND_S = 86_400;

/** A time such as `60ms`, `3s` or `1m`, in seconds; a bare number is seconds. */
export function time(leastS: number, mostS: number): Kind<number> {
  const form = `must be a time from ${writeTime(leastS)} to ${writeTime(mostS)}, such as ${leastS < 1 ? '60ms' : '15s'}`;
  return { read: (given) => within(quantity(given, TIMES, form), leastS, mostS, form), write: writeTime };
}

/** A time of whole seconds: what goes into a configuration of Prometheus as it is. */
export function wholeSeconds(leastS: number, mostS: number): Kind<number> {
  const any = time(leastS, mostS);
  return {
    read: (given, byDefault) => {
      const seconds = any.read(given, byDefault);
      if (!Number.isInteger(seconds)) throw new Error('must be whole seconds, such as 15s');
      return seconds;
    },
    write: any.write,
  };
}

/** A size such as `10MiB`, in bytes; a bare number is bytes. */
export const size: Kind<number> = {
  read: (given) => {
    const form = 'must be a size from 1B to 1024GiB, such as 10MiB';
    return within(quantity(given, SIZES, form), 1, 2 ** 40, form);
  },
  write: (bytes) => {
    const unit = ['GiB', 'MiB', 'KiB'].find((name) => bytes % (SIZES[name] ?? 1) === 0) ?? 'B';
    return `${bytes / (SIZES[unit] ?? 1)}${unit}`;
  },
};

/** A share such as `85%`; a bare number is from 0 to 1. */
export const share: Kind<number> = {
  read: (given) => {
    const form = 'must be a share above 0% and of at most 100%, such as 85% or 0.85';
    const found = quantity(given, { '%': 0.01 }, form);
    if (!(found > 0 && found <= 1)) throw new Error(form);
    return found;
  },
  write: writeShare,
};

/** A number, not below `least`. */
export function number(least: number): Kind<number> {
  const form = `must be a number of at least ${least}`;
  return { read: (given) => within(quantity(given, {}, form), least, Number.MAX_VALUE, form), write: (value) => value };
}

/** A whole number, not below 1. */
export const count: Kind<number> = whole('of at least 1', Number.MAX_SAFE_INTEGER);

/** Whole days, up to a year: Prometheus knows no range of centuries. */
export const days: Kind<number> = whole('of days from 1 to 366', 366);

function whole(form: string, most: number): Kind<number> {
  return {
    read: (given) => {
      if (typeof given !== 'number' || !Number.isSafeInteger(given) || given < 1 || given > most)
        throw new Error(`must be a whole number ${form}`);
      return given;
    },
    write: (value) => value,
  };
}

/** Upper bounds of buckets, ascending. */
export const bounds: Kind<readonly number[]> = {
  read: (given) => {
    const form = 'must be a list of times, ascending, such as [50ms, 100ms, 1s]';
    if (!Array.isArray(given) || given.length === 0 || given.length > 64) throw new Error(form);
    const found = given.map((one) => within(quantity(one, TIMES, form), SHORTEST_BOUND_S, LONGEST_BOUND_S, form));
    if (found.some((bound, index) => !(bound > (found[index - 1] ?? 0)))) throw new Error(form);
    return found;
  },
  write: (values) => values.map(writeTime),
};

/** A time as a file says it: 0.06 is `60ms`. */
export function writeTime(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60}m`;
  return seconds < 1 ? `${exact(seconds * 1000)}ms` : `${seconds}s`;
}

/** A share as a file says it: 0.85 is `85%`. */
export function writeShare(value: number): string {
  return `${exact(value * 100)}%`;
}

function quantity(given: unknown, units: Readonly<Record<string, number>>, form: string): number {
  if (typeof given === 'number') return given;
  const [, figures, unit = ''] =
    (typeof given === 'string' && /^(\d{1,15}(?:\.\d{1,9})?) ?([a-zA-Z%]+)$/.exec(given)) || [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) throw new Error(form);
  return exact(Number(figures) * factor);
}

function within(value: number, least: number, most: number, form: string): number {
  if (!(value >= least && value <= most)) throw new Error(form);
  return value;
}

// 99.9 * 0.01 is not 0.999 in binary: what people wrote has fewer digits than that.
function exact(value: number): number {
  return Number(value.toPrecision(12));
}
