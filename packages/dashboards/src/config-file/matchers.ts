import type { Matchers } from '../config.ts';
import type { JsonSchema, Kind } from './kind.ts';
import { isNone, optionalSchema } from './optional.ts';
import { regexProblem } from './regex-problem.ts';
import { printable, shown } from './shown.ts';

const FORM = 'a mapping of labels to values, such as { cluster: eu } or { job: \'=~"shop-.*"\' }';

const LABEL = '^(?!__|le$)[a-zA-Z_][a-zA-Z0-9_]*$';

// YAML and PromQL know other escapes for what is not printed than JSON. Grafana puts the value of a variable, or of the
// environment, in the place of a $ with a name. Not every engine of patterns knows classes of Unicode: of characters that
// are not printed the schema knows the controls and the ends of lines, and the reader all.
const CHARACTER = String.raw`[^$"\\\u0000-\u001f\u007f-\u009f\u2028\u2029]|\$(?![a-zA-Z0-9_\{\[])`;
const QUOTED = String.raw`"(?:${CHARACTER}|\\["\\\/]|\\u[0-9a-fA-F]{4})*"[ \t\r\n]*`;
const BARE = String.raw`(?!"|(['\u0060])[\s\S]*\1$)(?:${CHARACTER}|["\\])*`;
// White space is skipped behind an operator only.
const OPERATOR = String.raw`(?:(?:[=!]~|!=|=(?!~))\s*(?!\s)|(?![=!]~|!=|=))`;

const SCHEMA: JsonSchema = {
  type: ['object', 'null'],
  propertyNames: {
    pattern: LABEL,
    patternErrorMessage: 'must be a label of Prometheus that can be chosen: letters, digits and _, not le and not __…',
  },
  additionalProperties: optionalSchema(
    { type: 'string', pattern: `^${OPERATOR}(?:${QUOTED}|${BARE})$` },
    'must be a value, or an operator of PromQL with one in double quotes or in none, such as =~"shop-.*"; without $ before a name',
  ),
};

/**
 * Labels to what they must be: a value, or an operator of PromQL and a value. They come to those by default; `none` takes
 * one of these away.
 */
export const matchers: Kind<Matchers> = {
  form: FORM,
  read: (given, byDefault) => {
    // All of its labels may be commented out.
    if (given === null) return byDefault;
    if (!(given instanceof Map)) throw new Error(`must be ${FORM}`);
    const found = new Map(Object.entries(byDefault));
    for (const [label, value] of given as ReadonlyMap<unknown, unknown>) {
      if (typeof label !== 'string' || !new RegExp(LABEL).test(label))
        throw new Error(`has ${shown(label)}, which is no label that can be chosen`);
      if (isNone(value)) found.delete(label);
      else if (typeof value === 'string') found.set(label, matcher(label, value));
      else throw new Error(`has ${label}, which must be text: write it in quotes`);
    }
    return Object.fromEntries(found);
  },
  write: (value, byDefault = {}) => ({
    ...Object.fromEntries(Object.keys(byDefault).map((label) => [label, 'none'])),
    ...value,
  }),
  schema: SCHEMA,
};

function matcher(label: string, text: string): string {
  const [, operator = '=', given = ''] = /^(?:(=~|!~|!=|=)\s*)?([^]*)$/.exec(text) ?? [];
  if (/^(['`])[^]*\1$/.test(given)) throw new Error(`has ${label}, whose value must be in double quotes, or in none`);
  const value = given.startsWith('"') ? unquoted(label, given) : given;
  if (printable(value) !== value) throw new Error(`has ${label}, which has a character that is not printed`);
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
