import type { Kind } from './kind.ts';

const LONGEST = 128;

/** The value of a label. */
export const label: Kind<string> = {
  parse: (given) => {
    if (typeof given !== 'string') throw new Error('must be text');
    const { length } = Array.from(given);
    if (length === 0 || length > LONGEST) throw new Error(`must have 1 to ${LONGEST} characters`);
    return given;
  },
  write: (value) => value,
  schema: { type: 'string', minLength: 1, maxLength: LONGEST },
};
