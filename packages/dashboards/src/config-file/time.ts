import { significant } from './figures.ts';
import { quantity } from './quantity.ts';
import type { Quantity } from './quantity.ts';

const UNITS = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Words of the form of a time. */
export interface TimeWords {
  /** What it is, if it is more than `a time`. */
  readonly what?: string;
  /** Follows on the limits: `, since …`. */
  readonly why?: string;
}

/** A time such as `60ms`, `3s` or `1m`, in seconds; a bare number is seconds. */
export function time(leastS: number, mostS: number, { what = 'a time', why = '' }: TimeWords = {}): Quantity {
  return quantity({
    units: UNITS,
    least: leastS,
    most: mostS,
    form: `${what} from ${writeTime(leastS)} to ${writeTime(mostS)}, such as ${leastS < 1 ? '60ms' : '15s'}${why}`,
    write: writeTime,
  });
}

/** A time as a file says it: 0.06 is `60ms`. */
export function writeTime(seconds: number): string {
  if (seconds >= UNITS.h && seconds % UNITS.h === 0) return `${seconds / UNITS.h}h`;
  if (seconds >= UNITS.m && seconds % UNITS.m === 0) return `${seconds / UNITS.m}m`;
  return seconds < 1 ? `${significant(seconds / UNITS.ms)}ms` : `${seconds}s`;
}
