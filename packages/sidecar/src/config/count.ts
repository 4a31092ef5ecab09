import type { Kind } from './kind.ts';

// More than any limit can mean, and exact in a JSON schema, in YAML and in JavaScript alike.
const LARGEST = 999_999_999_999;

/** A whole number of at least 1. */
export const count: Kind<number> = {
  parse: parseCount,
  write: (number) => number,
  schema: {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: LARGEST },
      { type: 'string', pattern: '^0*[1-9][0-9]{0,11}$' },
    ],
  },
};

/** A whole number from 1 to a limit. */
export function countUpTo(largest: number): Kind<number> {
  return {
    parse: (given) => {
      const number = parseCount(given);
      if (number > largest) throw new Error(`must be at most ${largest}`);
      return number;
    },
    write: count.write,
    schema: {
      anyOf: [
        { type: 'integer', minimum: 1, maximum: largest },
        { type: 'string', pattern: '^0*[1-9][0-9]*$' },
      ],
    },
  };
}

/**
 * Reads a whole number of at least 1.
 *
 * @throws {Error} that says what is wrong
 */
function parseCount(given: unknown): number {
  const number = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) {
    throw new Error('must be a whole number of at least 1');
  }
  if (number > LARGEST) throw new Error(`must be at most ${LARGEST}`);
  return number;
}
