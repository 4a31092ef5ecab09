import { OutriderError } from '@outrider/core/errors';
import { defaultConfig } from '../config.ts';
import type { DashboardConfig } from '../config.ts';
import { contradiction } from './contradiction.ts';
import { readConfigDocument } from './config-document.ts';
import type { ConfigDocument } from './config-document.ts';
import { nearestKey } from './nearest-key.ts';
import { fileKey, isKind, settings } from './settings.ts';

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
  const config = section(document, document.content, settings, defaultConfig, []) as DashboardConfig;
  const found = contradiction(config);
  if (found === undefined) return config;
  const line = found.keys.map((key) => document.lineOf(key.split('.'))).find((one) => one !== undefined);
  throw invalid(document, line, found.keys[0], found.problem);
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
  const keys = [...above, name];
  // It could be anything, a line of something else among it.
  const shown = /^[\w.-]{1,64}$/.test(name) ? keys.join('.') : [...above, 'a key'].join('.');
  const near = nearestKey(name, names);
  const advice =
    near === undefined ? `there are ${names.join(', ')}` : `the nearest key is ${[...above, near].join('.')}`;
  return invalid(document, document.lineOf(keys), shown, `is not known; ${advice}`);
}

function wrong(document: ConfigDocument, keys: readonly string[], value: unknown, problem: string): OutriderError {
  // What has parts says itself which one is wrong; what has an @ may be a URL with a password.
  const shown = typeof value === 'object' || short(value).includes('@') ? '' : `is ${short(value)}, which `;
  return invalid(document, document.lineOf(keys), keys.join('.'), shown + problem);
}

function invalid({ path }: ConfigDocument, line: number | undefined, key: string, problem: string): OutriderError {
  const source = line === undefined ? path : `${path} line ${line}`;
  return new OutriderError('OUTRIDER_CONFIG', { source, key, problem: problem.replace(/\.$/, '') });
}

function short(value: unknown): string {
  // JSON would write null for what is not a number, or infinite.
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 64 ? `${text.slice(0, 61)}..."` : text;
}
