import type { Kind } from './kind.ts';

/** A number, not below `least`. */
export function number(least: number): Kind<number> {
  const form = `a number of at least ${least}`;
  return {
    form,
    read: (given) => {
      if (typeof given !== 'number' || !Number.isFinite(given) || given < least) throw new Error(`must be ${form}`);
      return given;
    },
    write: (value) => value,
    schema: { type: 'number', minimum: least },
  };
}
