import type { Matchers } from '../config.ts';
import type { Kind } from './kind.ts';

const FORM = 'must be a mapping of labels to values, such as { cluster: eu } or { job: \'=~"shop-.*"\' }';

/**
 * Labels to what they must be: a value, or an operator of PromQL and a value. They come to those by default; `none` takes
 * one of these away.
 */
export const matchers: Kind<Matchers> = {
  read: (given, byDefault) => {
    if (!(given instanceof Map)) throw new Error(FORM);
    const found = new Map(Object.entries(byDefault));
    for (const [label, value] of given as ReadonlyMap<unknown, unknown>) {
      if (typeof label !== 'string' || !/^[a-zA-Z_]\w*$/.test(label) || label.startsWith('__') || label === 'le')
        throw new Error(`has ${JSON.stringify(label)}, which is no label that can be chosen`);
      if (value === 'none' || value === null) found.delete(label);
      else if (typeof value === 'string') found.set(label, matcher(label, value));
      else throw new Error(`has ${label}, which must be text: write it in quotes`);
    }
    return Object.fromEntries(found);
  },
  write: (value) => ({ ...value }),
};

function matcher(label: string, text: string): string {
  const [, operator = '=', given = ''] = /^(=~|!~|!=|=)?([^]*)$/.exec(text) ?? [];
  const value = given.startsWith('"') ? unquoted(label, given) : given;
  if (operator.endsWith('~')) {
    try {
      // Of RE2's flags and names of groups JavaScript knows none, or others.
      RegExp(value.replaceAll(/\(\?[imsU-]+\)|\?P<\w+>/g, ''));
    } catch {
      throw new Error(`has ${label}, which must be a regular expression`);
    }
  }
  return operator + JSON.stringify(value);
}

function unquoted(label: string, text: string): string {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'string') return value;
  } catch {
    // Said below.
  }
  throw new Error(`has ${label}, whose quotes do not fit`);
}
