import { FIGURES, decimalRange, significant } from './decimal-range.ts';
import type { Kind } from './kind.ts';

/** Factors by what stands behind the figures. */
type Units = Readonly<Record<string, number>>;

const TIMES: Units = { ms: 0.001, s: 1, m: 60, h: 3600 };
const SIZES: Units = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

const PERCENT: Units = { '%': 0.01 };

// Shorter than what can be measured, and longer than anybody waits for a response.
const SHORTEST_BOUND_S = 1e-6;
const LONGEST_BOUND_S = 86_400;

/**
 * A time such as `60ms`, `3s` or `1m`, in seconds; a bare number is seconds.
 *
 * @param why follows on the limits: `, since …`
 */
export function time(leastS: number, mostS: number, why: string = ''): Kind<number> {
  const form = `a time from ${writeTime(leastS)} to ${writeTime(mostS)}, such as ${leastS < 1 ? '60ms' : '15s'}${why}`;
  return {
    form,
    read: (given) => within(quantity(given, TIMES, form), leastS, mostS, form),
    write: (seconds) => asRead(writeTime(seconds), seconds, TIMES),
    schema: { anyOf: [{ type: 'number', minimum: leastS, maximum: mostS }, texts(TIMES, leastS, mostS)] },
  };
}

// An hour has whole seconds four places behind its point, a minute two.
const WHOLE_SECONDS = String.raw`^(?:\d+000(?:\.0+)? ?ms|\d+(?:\.0+)? ?s|\d+(?:\.\d(?:[05]0*)?)? ?m|\d+(?:\.\d(?:\d(?:(?:[05]|25|75)0*)?)?)? ?h)$`;

/**
 * A time of whole seconds: what goes into a configuration of Prometheus as it is.
 *
 * @param why follows on the limits: `, since …`
 */
export function wholeSeconds(leastS: number, mostS: number, why: string = ''): Kind<number> {
  const any = time(leastS, mostS, why);
  const { pattern } = texts(TIMES, leastS, mostS);
  return {
    form: any.form.replace(/^a time/, '$& of whole seconds'),
    read: (given, byDefault) => {
      const seconds = any.read(given, byDefault);
      if (!Number.isInteger(seconds)) throw new Error('must be whole seconds, such as 15s');
      return seconds;
    },
    write: any.write,
    schema: {
      anyOf: [
        { type: 'integer', minimum: leastS, maximum: mostS },
        { type: 'string', allOf: [{ pattern }, { pattern: WHOLE_SECONDS }] },
      ],
    },
  };
}

const LARGEST = 2 ** 40;
const SIZE = 'a size from 1B to 1024GiB, such as 10MiB';

/** A size such as `10MiB`, in bytes; a bare number is bytes. */
export const size: Kind<number> = {
  form: SIZE,
  read: (given) => within(quantity(given, SIZES, SIZE), 1, LARGEST, SIZE),
  write: (bytes) => {
    const unit = ['GiB', 'MiB', 'KiB'].find((name) => bytes % (SIZES[name] ?? 1) === 0) ?? 'B';
    return asRead(`${bytes / (SIZES[unit] ?? 1)}${unit}`, bytes, SIZES);
  },
  schema: { anyOf: [{ type: 'number', minimum: 1, maximum: LARGEST }, texts(SIZES, 1, LARGEST)] },
};

const SHARE = 'a share above 0% and of at most 100%, such as 85% or 0.85';

/** A share such as `85%`; a bare number is from 0 to 1. */
export const share: Kind<number> = {
  form: SHARE,
  read: (given) => within(quantity(given, PERCENT, SHARE), Number.MIN_VALUE, 1, SHARE),
  write: (value) => asRead(writeShare(value), value, PERCENT),
  schema: { anyOf: [{ type: 'number', exclusiveMinimum: 0, maximum: 1 }, texts(PERCENT, Number.MIN_VALUE, 1)] },
};

/** A number, not below `least`. */
export function number(least: number): Kind<number> {
  const form = `a number of at least ${least}`;
  return {
    form,
    read: (given) => within(quantity(given, {}, form), least, Number.MAX_VALUE, form),
    write: (value) => value,
    schema: { type: 'number', minimum: least },
  };
}

/** A whole number, not below 1. */
export const count: Kind<number> = whole('of at least 1', Number.MAX_SAFE_INTEGER);

/** Whole days, up to a year: Prometheus knows no range of centuries. */
export const days: Kind<number> = whole('of days from 1 to 366', 366);

function whole(which: string, most: number): Kind<number> {
  const form = `a whole number ${which}`;
  return {
    form,
    read: (given) => {
      if (typeof given !== 'number' || !Number.isSafeInteger(given)) throw new Error(`must be ${form}`);
      return within(given, 1, most, form);
    },
    write: (value) => value,
    schema: { type: 'integer', minimum: 1, maximum: most },
  };
}

const BOUNDS = 'a list of times, ascending, such as [50ms, 100ms, 1s]';
const MOST_BOUNDS = 64;
const bound = time(SHORTEST_BOUND_S, LONGEST_BOUND_S);

/** Upper bounds of buckets, ascending. */
export const bounds: Kind<readonly number[]> = {
  form: BOUNDS,
  read: (given) => {
    if (!Array.isArray(given) || given.length === 0 || given.length > MOST_BOUNDS) throw new Error(`must be ${BOUNDS}`);
    const found = given.map((one) => within(quantity(one, TIMES, BOUNDS), SHORTEST_BOUND_S, LONGEST_BOUND_S, BOUNDS));
    const late = found.findIndex((one, index) => one <= (found[index - 1] ?? 0));
    if (late > 0) throw new Error(`must be ascending, and has ${given[late]} behind ${given[late - 1]}`);
    return found;
  },
  write: (values) => values.map(bound.write),
  schema: { type: 'array', minItems: 1, maxItems: MOST_BOUNDS, uniqueItems: true, items: bound.schema },
};

/** A time as a file says it: 0.06 is `60ms`. */
export function writeTime(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60}m`;
  return seconds < 1 ? `${significant(seconds * 1000)}ms` : `${seconds}s`;
}

/** A share as a file says it: 0.85 is `85%`. */
export function writeShare(value: number): string {
  return `${significant(value * 100)}%`;
}

const QUANTITY = new RegExp(`^(${FIGURES}) ?([a-zA-Z%]+)$`);

function quantity(given: unknown, units: Units, form: string): number {
  if (typeof given === 'number') return given;
  const [, figures, unit = ''] = (typeof given === 'string' && QUANTITY.exec(given)) || [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) throw new Error(`must be ${form}`);
  return significant(Number(figures) * factor);
}

function within(value: number, least: number, most: number, form: string): number {
  if (!(value >= least && value <= most)) throw new Error(`must be ${form}`);
  return value;
}

/** The text where it is read as the value, which may have more digits than a text can; then the bare number. */
function asRead(text: string, value: number, units: Units): string | number {
  return QUANTITY.test(text) && quantity(text, units, '') === value ? text : value;
}

/** The schema of what {@link quantity} reads of text, from `least` to `most`. */
function texts(units: Units, least: number, most: number): { readonly type: 'string'; readonly pattern: string } {
  const perUnit = Object.entries(units).map(
    ([unit, factor]) => `${decimalRange(least / factor, most / factor)} ?${unit}`,
  );
  return { type: 'string', pattern: `^(?:${perUnit.join('|')})$` };
}
