import { misspelt } from './nearest.ts';

/** What to say of a key that is not known. */
export interface UnknownKey {
  /** The key, if it may be shown. */
  readonly shown: string | undefined;
  /** Follows on the key, or on `a key that`. */
  readonly advice: string;
}

/** Where a key was found. */
export interface KeyPlace {
  /** The keys above it: `otlp.` */
  readonly prefix?: string;
  /** What else a key may be taken for, with what to say of the key that is then meant. */
  readonly elsewhere?: ReadonlyMap<string, string>;
}

/**
 * Looks for what a key was meant to be. A key that resembles nothing is not shown: a secret may have come there, by a
 * wrong indentation or a missing colon.
 *
 * @param names the keys that are known there
 */
export function unknownKey(
  given: unknown,
  names: readonly string[],
  { prefix = '', elsewhere = new Map() }: KeyPlace = {},
): UnknownKey {
  const key = typeof given === 'string' ? given : '';
  const sibling = misspelt(key, names);
  const meant = sibling === undefined ? elsewhere.get(misspelt(key, [...elsewhere.keys()]) ?? '') : prefix + sibling;
  // What is shown must not break the line, nor be taken for what it is not.
  if (meant !== undefined && /^[\w.-]+$/.test(key)) {
    return { shown: key, advice: `is not known; the nearest key is ${meant}` };
  }
  return {
    shown: undefined,
    advice: `is not known (not shown, it could be a secret); the keys there are ${names.join(', ')}`,
  };
}
