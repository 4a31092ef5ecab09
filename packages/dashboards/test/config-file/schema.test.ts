import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AnySchemaObject } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { matchers } from '../../src/config-file/matchers.ts';
import { printConfig } from '../../src/config-file/print-config.ts';
import { readConfig } from '../../src/config-file/read-config.ts';
import { configSchema } from '../../src/config-file/schema.ts';
import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig } from '../../src/config.ts';
import { inFile, kinds, rows, sections } from './file-levels.ts';
import { refusals } from './refusals.ts';
import { STRANGE, labelValues, lists, quantities, simpleValues, urls } from './schema-values.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-dashboards-schema-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
ajv.addVocabulary(['patternErrorMessage']);
const accepts = ajv.compile(configSchema());
// As the engines of patterns that know no Unicode, of which some editors have one.
const ascii = new Ajv2020({ strict: true, allowUnionTypes: true, unicodeRegExp: false });
ascii.addVocabulary(['patternErrorMessage']);

// What is wrong with one value, and only the reader sees: the order of a list, the inside of a regular expression or of a
// URL, what an escape in quotes stands for, and a character that is not printed and no control.
const BEYOND_A_VALUE: ReadonlyArray<readonly [problem: RegExp, excuses: RegExp | ((value: unknown) => boolean)]> = [
  [/^must be ascending/, Array.isArray],
  [/which must be a regular expression of RE2/, /~/],
  [
    /^must be an http or https URL/,
    (value) => typeof value === 'string' && (!URL.canParse(value) || new URL(value).href.includes('$')),
  ],
  [/which has a character that is not printed$|where a \$ begins the name/, /^[=!~]*\s*".*\\u/],
  [/which has a character that is not printed$/, /(?![\u2028\u2029])[\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u],
];

// What is wrong with values together, or with those of an objective and how fast its budget burns.
const CONTRADICTIONS = [
  /must be one of latencyBounds/,
  /must be less than thresholds\./,
  /an alert at [\d.]+ times the allowed share/,
];

function read(content: string): DashboardConfig {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, content);
  return readConfig(path);
}

function refusal(content: string): string | undefined {
  return messageOf(() => read(content));
}

function messageOf(reading: () => unknown): string | undefined {
  try {
    reading();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function asRead(value: unknown): unknown {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMapping ? new Map(Object.entries(value)) : value;
}

const values: readonly unknown[] = [...simpleValues, ...lists, ...quantities, ...urls];
const labels: readonly unknown[] = labelValues.map((value) => ({ cluster: value }));

describe('the schema of the configuration file', () => {
  it.each(kinds)('agrees with the reader on every value of $key', { timeout: 60_000 }, ({ row, byDefault }) => {
    const valid = ajv.compile(row.schema);
    const validInAscii = ascii.compile(row.schema);
    const seen = { accepted: 0, refused: 0 };
    const differences: unknown[] = [];
    for (const value of row.read === matchers.read ? [...values, ...labels] : values) {
      const problem = messageOf(() => row.read(asRead(value), byDefault));
      seen[problem === undefined ? 'accepted' : 'refused'] += 1;
      const schemaAccepts = valid(value);
      const agree = problem === undefined ? schemaAccepts : !schemaAccepts || beyondSchema(problem, value);
      if (!agree || validInAscii(value) !== schemaAccepts) differences.push({ value, problem, schemaAccepts });
      if (problem === undefined) {
        const meant = row.read(asRead(value), byDefault);
        const written = row.write(meant, byDefault);
        if (!valid(written)) differences.push({ value, written, schemaAccepts: false });
        expect(row.read(asRead(written), byDefault)).toEqual(meant);
      }
    }
    expect(differences.slice(0, 10)).toEqual([]);
    // Both were met, or nothing was tested.
    expect(Math.min(seen.accepted, seen.refused), JSON.stringify(seen)).toBeGreaterThan(1);
  });

  it.each(rows)('says what $key is for, and its default', ({ key, row, byDefault }) => {
    const pointer = key.replaceAll('.', '/properties/');
    const { schema } = new Ajv2020({ strict: false, schemas: { top: configSchema() } }).getSchema(
      `top#/properties/${pointer}`,
    ) as AnySchemaObject;
    expect(schema).toMatchObject({ ...row.schema, description: `${row.description}: ${row.form}` });
    expect(ajv.validate(row.schema, schema.default)).toBe(true);
    expect(row.read(asRead(schema.default), byDefault)).toEqual(byDefault);
  });

  it.each(sections)('knows the keys of the section $name, and that it may be empty', ({ keys }) => {
    for (const [value, right] of [
      [null, true],
      [{}, true],
      [{ wran: 1 }, false],
      [[], false],
      [5, false],
      ['none', false],
    ] as const) {
      const file = inFile(keys, value);
      expect(accepts(file), JSON.stringify(file)).toBe(right);
      expect(refusal(JSON.stringify(file)) === undefined, JSON.stringify(file)).toBe(right);
    }
  });

  it.each(['hosts', 'applications'])('accepts %s with nothing in it', (key) => {
    expect(accepts({ [key]: null })).toBe(true);
    expect(accepts({ [key]: { job: false } })).toBe(true);
    expect(accepts({ [key]: { job: true } })).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['the defaults', printConfig(defaultConfig)],
    ['the strangest', STRANGE],
  ])('accepts a file that says %s', (_, content) => {
    expect(refusal(content)).toBeUndefined();
    expect(accepts(parse(content)), JSON.stringify(accepts.errors)).toBe(true);
    const config = read(content);
    const printed = printConfig(config);
    expect(accepts(parse(printed)), JSON.stringify(accepts.errors)).toBe(true);
    expect(read(printed)).toEqual(config);
  });

  it('refuses every file that is refused, unless it takes a reader to see why', () => {
    const unseen = refusals.filter(([content]) => {
      const problem = refusal(content) ?? '';
      if (/cannot be read/.test(problem)) return false;
      const [, key = '', rest = ''] =
        /^Configuration \S+(?: line \d+)?: (\S+) (?:is ".*", which )?(.*)\.$/s.exec(problem) ?? [];
      const file = parse(content) as unknown;
      if (!accepts(file) || CONTRADICTIONS.some((contradiction) => contradiction.test(rest))) return false;
      const label = /^has (\w+), /.exec(rest)?.[1];
      return !beyondSchema(rest, valueAt(file, [...key.split('.'), ...(label === undefined ? [] : [label])]));
    });
    expect(unseen).toEqual([]);
  });

  it('may be named in the file, for JSON has no comments', () => {
    for (const [given, right] of [
      ['./dashboards.schema.json', true],
      [5, false],
      [null, false],
    ] as const) {
      const file = { $schema: given, scrapeInterval: '15s' };
      expect(accepts(file)).toBe(right);
      expect(refusal(JSON.stringify(file)) === undefined).toBe(right);
    }
    expect(accepts({ urls: { $schema: 'a' } })).toBe(false);
  });

  it.each<[string, unknown]>([
    ['latencyBounds', ['1s', '1s']],
    ['urls.dashboards', 'grafana.example.com/d'],
    ['urls.dashboards', 'ftp://h/d'],
    ['urls.dashboards', 'https://u:p@h/d'],
    ['urls.dashboards', 'https://h/d?x=1'],
    ['urls.dashboards', 'https://h/d#x'],
    ['urls.runbooks', 'https://h/$HOME'],
    ['applications.job', '=~$env'],
    ['applications.job', 'a\nb'],
    ['applications.job', '"a\\nb"'],
  ])('refuses %s: %j itself', (key, value) => {
    expect(accepts(inFile(key.split('.'), value))).toBe(false);
  });

  it('cannot see each of the contradictions, which is why a reader does', () => {
    for (const contradiction of CONTRADICTIONS) {
      const [content = ''] = refusals.find(([text]) => contradiction.test(refusal(text) ?? '')) ?? [];
      expect(refusal(content), String(contradiction)).toMatch(contradiction);
      expect(accepts(parse(content)), content).toBe(true);
    }
  });
});

function beyondSchema(problem: string, value: unknown): boolean {
  // A mapping of labels is wrong for one of its values.
  const parts = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.values(value) : [value];
  return BEYOND_A_VALUE.some(
    ([form, excuses]) =>
      form.test(problem) &&
      parts.some((part) => (typeof excuses === 'function' ? excuses(part) : excuses.test(String(part)))),
  );
}

function valueAt(file: unknown, keys: readonly string[]): unknown {
  return keys.reduce((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], file);
}
