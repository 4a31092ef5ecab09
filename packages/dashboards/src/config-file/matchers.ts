import type { Matchers } from '../config.ts';
import type { JsonSchema, Kind } from './kind.ts';
import { regexProblem } from './regex-problem.ts';

const FORM = 'a mapping of labels to values, such as { cluster: eu } or { job: \'=~"shop-.*"\' }';

const LABEL = '^(?!__|le$)[a-zA-Z_][a-zA-Z0-9_]*$';

// YAML and PromQL know other escapes for what is not printed than JSON. Grafana puts the value of a variable, or of the
// environment, in the place of a $ with a name.
const CHARACTER = String.raw`[^$"\\\p{C}\p{Zl}\p{Zp}]|\$(?![\w\{\[])`;
const QUOTED = String.raw`"(?:${CHARACTER}|\\["\\\/]|\\u[0-9a-fA-F]{4})*"[ \t\r\n]*`;
const BARE = String.raw`(?!"|(['\u0060])[^]*\1$)(?:${CHARACTER}|["\\])*`;
// White space is skipped behind an operator only.
const OPERATOR = String.raw`(?:(?:[=!]~|!=|=(?!~))\s*(?!\s)|(?![=!]~|!=|=))`;

const SCHEMA: JsonSchema = {
  type: 'object',
  propertyNames: { pattern: LABEL },
  additionalProperties: {
    anyOf: [{ type: 'string', pattern: `^${OPERATOR}(?:${QUOTED}|${BARE})$` }, { type: 'null' }],
  },
};

/**
 * Labels to what they must be: a value, or an operator of PromQL and a value. They come to those by default; `none` takes
 * one of these away.
 */
export const matchers: Kind<Matchers> = {
  form: FORM,
  read: (given, byDefault) => {
    if (!(given instanceof Map)) throw new Error(`must be ${FORM}`);
    const found = new Map(Object.entries(byDefault));
    for (const [label, value] of given as ReadonlyMap<unknown, unknown>) {
      if (typeof label !== 'string' || !new RegExp(LABEL).test(label))
        throw new Error(`has ${JSON.stringify(label)}, which is no label that can be chosen`);
      if (value === 'none' || value === null) found.delete(label);
      else if (typeof value === 'string') found.set(label, matcher(label, value));
      else throw new Error(`has ${label}, which must be text: write it in quotes`);
    }
    return Object.fromEntries(found);
  },
  write: (value) => ({ ...value }),
  schema: SCHEMA,
};

function matcher(label: string, text: string): string {
  const [, operator = '=', given = ''] = /^(?:(=~|!~|!=|=)\s*)?([^]*)$/.exec(text) ?? [];
  if (/^(['`])[^]*\1$/.test(given)) throw new Error(`has ${label}, whose value must be in double quotes, or in none`);
  const value = given.startsWith('"') ? unquoted(label, given) : given;
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(value)) throw new Error(`has ${label}, which has a character that is not printed`);
  if (/\$[\w{[]/.test(value)) throw new Error(`has ${label}, where a $ begins the name of a variable of Grafana`);
  if (operator.endsWith('~')) {
    const problem = regexProblem(value);
    if (problem !== undefined)
      throw new Error(`has ${label}, which must be a regular expression of RE2: it ${problem}`);
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
  throw new Error(`has ${label}, whose quotes do not fit; a backslash in quotes is written twice`);
}
