import type { Kind } from './kind.ts';

const LEAST = 1;
const MOST_DAYS = 366;

/** A whole number, not below 1. */
export const count: Kind<number> = whole(`a whole number of at least ${LEAST}`, Number.MAX_SAFE_INTEGER);

/** Whole days, up to a year: Prometheus knows no range of centuries. */
export const days: Kind<number> = whole(`a whole number of days from ${LEAST} to ${MOST_DAYS}`, MOST_DAYS);

function whole(form: string, most: number): Kind<number> {
  return {
    form,
    read: (given) => {
      if (typeof given !== 'number' || !Number.isInteger(given) || given < LEAST || given > most)
        throw new Error(`must be ${form}`);
      return given;
    },
    write: (value) => value,
    schema: { type: 'integer', minimum: LEAST, maximum: most },
  };
}
