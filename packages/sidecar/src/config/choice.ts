import type { Kind } from './kind.ts';

/** One of several words. */
export function choice<Word extends string>(...words: readonly Word[]): Kind<Word> {
  return {
    parse: (given) => {
      const word = words.find((candidate) => candidate === given);
      if (word === undefined) throw new Error(`must be one of ${words.join(', ')}`);
      return word;
    },
    write: (word) => word,
    schema: { enum: words },
  };
}

/** Yes or no. */
export const yesOrNo: Kind<boolean> = {
  parse: (given) => {
    if (given === true || given === 'true') return true;
    if (given === false || given === 'false') return false;
    throw new Error('must be true or false');
  },
  write: (value) => value,
  schema: { enum: [true, false, 'true', 'false'] },
};
