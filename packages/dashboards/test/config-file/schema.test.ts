import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AnySchemaObject } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { printConfig } from '../../src/config-file/print-config.ts';
import { readConfig } from '../../src/config-file/read-config.ts';
import { configSchema } from '../../src/config-file/schema.ts';
import { fileKey, isKind, settings } from '../../src/config-file/settings.ts';
import type { Setting } from '../../src/config-file/settings.ts';
import { defaultConfig } from '../../src/config.ts';
import { refusals } from './refusals.ts';
import { STRANGE, labelValues, lists, quantities, simpleValues, urls } from './schema-values.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-dashboards-schema-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const accepts = ajv.compile(configSchema());

// What is wrong with one value, and only the reader sees: the order of a list, the inside of a regular expression or of a
// URL, and what an escape in quotes stands for.
const BEYOND_A_VALUE = [
  /^must be ascending/,
  /which must be a regular expression of RE2/,
  /^must be an http or https URL/,
  /which has a character that is not printed$|where a \$ begins the name/,
];

// What is wrong with values together, or with those of an objective and how fast its budget burns.
const CONTRADICTIONS = [
  /must be one of latencyBounds/,
  /must be less than thresholds\./,
  /an alert at [\d.]+ times the allowed share/,
];

function refusal(content: string): string | undefined {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, content);
  return messageOf(() => readConfig(path));
}

function messageOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

interface Level {
  readonly keys: readonly string[];
  readonly row: Setting<unknown> | undefined;
  readonly byDefault: unknown;
}

/** Every setting, and every section of them without a row. */
function levels(rows: object, byDefault: object, above: readonly string[] = []): readonly Level[] {
  const inner = Object.entries(rows).flatMap(([key, row]: [string, object]): readonly Level[] => {
    const before = (byDefault as Readonly<Record<string, unknown>>)[key];
    const keys = [...above, fileKey(key)];
    return isKind(row) ? [{ keys, row, byDefault: before }] : levels(row, before as object, keys);
  });
  return [{ keys: above, row: undefined, byDefault }, ...inner];
}

const all = levels(settings, defaultConfig);
const sections = all.filter(({ row }) => row === undefined).map(({ keys }) => ({ keys, name: keys.join('.') }));
const rows = all.flatMap(({ keys, row, byDefault }) =>
  row === undefined ? [] : [{ key: keys.join('.'), row, byDefault }],
);
// One of each kind: the schema says all that there is to a kind.
const kinds = [...new Map(rows.map((one) => [JSON.stringify([one.row.form, one.row.schema]), one])).values()];

function inFile(keys: readonly string[], value: unknown): object {
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
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
    const seen = { accepted: 0, refused: 0 };
    const differences: unknown[] = [];
    for (const value of row.schema['type'] === 'object' ? [...values, ...labels] : values) {
      const problem = messageOf(() => row.read(asRead(value), byDefault));
      seen[problem === undefined ? 'accepted' : 'refused'] += 1;
      const schemaAccepts = valid(value);
      const agree = problem === undefined ? schemaAccepts : !schemaAccepts || beyond(problem, BEYOND_A_VALUE);
      if (!agree) differences.push({ value, problem, schemaAccepts });
      if (problem === undefined) {
        const before = row.read(asRead(value), byDefault);
        const written = row.write(before);
        if (!valid(written)) differences.push({ value, written, schemaAccepts: false });
        expect(row.read(asRead(written), before)).toEqual(before);
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

  it.each([
    ['nothing', ''],
    ['the defaults', printConfig(defaultConfig)],
    ['the strangest', STRANGE],
  ])('accepts a file that says %s', (_, content) => {
    expect(refusal(content)).toBeUndefined();
    expect(accepts(parse(content)), JSON.stringify(accepts.errors)).toBe(true);
    writeFileSync(join(folder, 'config.yaml'), content);
    expect(accepts(parse(printConfig(readConfig(join(folder, 'config.yaml'))))), JSON.stringify(accepts.errors)).toBe(
      true,
    );
  });

  it('refuses every file that is refused, unless it takes a reader to see why', () => {
    const unseen = refusals.filter(([content]) => {
      const problem = refusal(content) ?? '';
      if (/cannot be read/.test(problem)) return false;
      const key = /^Configuration \S+(?: line \d+)?: [\w.]+ (?:is ".*", which )?(.*)\.$/s.exec(problem)?.[1] ?? '';
      return accepts(parse(content)) && !beyond(key, [...BEYOND_A_VALUE, ...CONTRADICTIONS]);
    });
    expect(unseen).toEqual([]);
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

function beyond(problem: string, forms: readonly RegExp[]): boolean {
  return forms.some((form) => form.test(problem));
}
