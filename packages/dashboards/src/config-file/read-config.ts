import { OutriderError } from '@outrider/core/errors';
import { defaultConfig } from '../config.ts';
import type { DashboardConfig } from '../config.ts';
import { contradiction } from './contradiction.ts';
import { readConfigDocument } from './config-document.ts';
import type { ConfigDocument } from './config-document.ts';
import { nearestKey } from './nearest-key.ts';
import { fileKey, isKind, settings } from './settings.ts';
import { isHidden, shown } from './shown.ts';

/**
 * Reads a configuration file of dashboards and rules, YAML or JSON. What it does not say is as in {@link defaultConfig}.
 *
 * @throws {OutriderError} OUTRIDER_CONFIG, in one line with the key, its line, its value and what would be right, or
 * OUTRIDER_CONFIG_FILE if it cannot be read
 * @example
 *   // scrapeInterval: 30s
 *   // applications: { job: '=~"shop-.*"' }
 *   // thresholds: { latency: { warn: 100ms, high: 300ms } }
 *   const files = generatedFiles(readConfig('dashboards.yaml'));
 */
export function readConfig(path: string): DashboardConfig {
  const document = readConfigDocument(path);
  const config = section(document, withoutSchema(document), settings, defaultConfig, []) as DashboardConfig;
  const found = contradiction(config);
  if (found === undefined) return config;
  const line = found.keys.map((key) => document.lineOf(key.split('.'))).find((one) => one !== undefined);
  throw invalid(document, line, found.keys[0], found.problem);
}

/** JSON has no comments to name its schema to an editor in. */
function withoutSchema(document: ConfigDocument): ReadonlyMap<unknown, unknown> {
  const { content } = document;
  if (!content.has('$schema')) return content;
  const schema = content.get('$schema');
  if (typeof schema !== 'string') throw wrong(document, ['$schema'], schema, 'must be the address of a JSON schema');
  return new Map([...content].filter(([key]) => key !== '$schema'));
}

type Rows = Readonly<Record<string, object>>;

function section(
  document: ConfigDocument,
  given: ReadonlyMap<unknown, unknown>,
  rows: Rows,
  byDefault: object,
  above: readonly string[],
): object {
  const names = Object.keys(rows).map(fileKey);
  for (const name of given.keys())
    if (!names.includes(String(name))) throw unknownKey(document, String(name), names, above);
  const values = Object.entries(rows).map(([key, row]): [string, unknown] => {
    const name = fileKey(key);
    const before = (byDefault as Readonly<Record<string, unknown>>)[key];
    const keys = [...above, name];
    // A section whose keys are all commented out is null.
    if (!given.has(name) || (given.get(name) === null && !isKind(row))) return [key, before];
    const value = given.get(name);
    if (!isKind(row)) {
      if (!(value instanceof Map)) throw wrong(document, keys, value, 'must be a mapping of keys to values');
      return [key, section(document, value, row as Rows, before as object, keys)];
    }
    try {
      return [key, row.read(value, before)];
    } catch (error) {
      throw wrong(document, keys, value, (error as Error).message);
    }
  });
  return Object.fromEntries(values);
}

function unknownKey(
  document: ConfigDocument,
  name: string,
  names: readonly string[],
  above: readonly string[],
): OutriderError {
  const shownKey = [...above, /^[\w.$-]{1,64}$/.test(name) ? name : shown(name)].join('.');
  const near = nearestKey(name, names);
  const advice =
    near === undefined ? `there are ${names.join(', ')}` : `the nearest key is ${[...above, near].join('.')}`;
  return invalid(document, document.lineOf([...above, name]), shownKey, `is not known; ${advice}`);
}

function wrong(document: ConfigDocument, keys: readonly string[], value: unknown, problem: string): OutriderError {
  return invalid(document, document.lineOf(keys), keys.join('.'), subject(value) + problem);
}

/** What a message says of a value before its problem. */
function subject(value: unknown): string {
  if (value === null) return 'is empty, and ';
  // What has parts says itself which one is wrong, and what is not shown says nothing.
  return typeof value === 'object' || isHidden(value) ? '' : `is ${shown(value)}, which `;
}

function invalid({ path }: ConfigDocument, line: number | undefined, key: string, problem: string): OutriderError {
  const source = line === undefined ? path : `${path} line ${line}`;
  return new OutriderError('OUTRIDER_CONFIG', { source, key, problem });
}
