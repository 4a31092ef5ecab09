import { resolve } from 'node:path';
import { parseAbsolutePath } from './absolute-path.ts';
import { parseCount } from './count.ts';
import { parseDuration } from './duration.ts';
import { forwardEndpoint } from './forward-endpoint.ts';
import { parseForwardHeaders } from './forward-headers.ts';
import { nearest } from './nearest.ts';
import { showValue } from './show-value.ts';

/** A backend that data points are forwarded to over OTLP/HTTP. */
export interface ForwardBackend {
  /** What metrics and the log call it. */
  readonly name: string;
  /** Where requests go, `/v1/metrics` and all, without credentials. */
  readonly url: string;
  /** Headers of every request, in lower case; they may hold secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether requests are compressed. */
  readonly gzip: boolean;
  /** Milliseconds that one request may take. */
  readonly timeoutMs: number;
  /** The most memory that what waits for it takes, in bytes. */
  readonly queueBytes: number;
  /** Where what does not fit into memory waits: a folder, and the most it takes of the disk, in bytes. */
  readonly spool?: { readonly folder: string; readonly bytes: number };
}

const KEYS = ['endpoint', 'name', 'headers', 'compression', 'timeout', 'queueBytes', 'spool'];
const SPOOL_KEYS = ['folder', 'bytes'];

const QUEUE_BYTES = 16 * 2 ** 20;
const SPOOL_BYTES = 256 * 2 ** 20;

/**
 * Reads the backends: endpoints separated by commas, `none`, a mapping, or a list of mappings and endpoints.
 *
 * @throws {Error} that says in which entry and key what is wrong, and shows nothing that could be a secret
 * @example parseForwardBackends('http://127.0.0.1:4319, https://otlp.example/otlp')
 */
export function parseForwardBackends(given: unknown): readonly ForwardBackend[] {
  const backends = entries(given).map((entry, index) => {
    try {
      return parseBackend(entry);
    } catch (error) {
      throw new Error(`has an error in entry ${index + 1}: ${(error as Error).message}`, { cause: error });
    }
  });
  const again = repeated(backends.map(({ name }) => name));
  if (again !== undefined) {
    throw new Error(`has two entries with the name ${showValue(again)}: give each a name of its own`);
  }
  const folder = repeated(backends.flatMap(({ spool }) => spool?.folder ?? []));
  if (folder !== undefined) {
    throw new Error(`has two entries with the spool folder ${showValue(folder)}: give each a folder of its own`);
  }
  return backends;
}

function entries(given: unknown): readonly unknown[] {
  if (given === 'none' || given === false || given === null) return [];
  if (typeof given === 'string') return given.split(',').map((endpoint) => endpoint.trim());
  return Array.isArray(given) ? given : [given];
}

function parseBackend(entry: unknown): ForwardBackend {
  const fields =
    typeof entry === 'string' ? new Map([['endpoint', entry]]) : mapping(entry, KEYS, 'an endpoint or a mapping');
  const { url, name, authorization } = read(fields, 'endpoint', forwardEndpoint);
  const headers = fields.has('headers') ? parseForwardHeaders(fields.get('headers')) : {};
  const spool = fields.has('spool') ? { spool: parseSpool(fields.get('spool')) } : {};
  return {
    name: shown(fields, 'name', backendName, name),
    url,
    headers: authorization === undefined ? headers : { authorization, ...headers },
    gzip: shown(fields, 'compression', isGzip, true),
    timeoutMs: shown(fields, 'timeout', parseDuration, 10_000),
    queueBytes: shown(fields, 'queueBytes', parseCount, QUEUE_BYTES),
    ...spool,
  };
}

function parseSpool(given: unknown): { readonly folder: string; readonly bytes: number } {
  const fields = mapping(given, SPOOL_KEYS, 'a mapping with folder and bytes', 'spool');
  return {
    // In one spelling, so that /x and /x/ are seen to be one folder.
    folder: resolve(read(fields, 'folder', parseAbsolutePath, 'spool.')),
    bytes: shown(fields, 'bytes', parseCount, SPOOL_BYTES, 'spool.'),
  };
}

function mapping(given: unknown, keys: readonly string[], form: string, key = 'it'): ReadonlyMap<string, unknown> {
  if (!(given instanceof Map)) throw new Error(`${key} must be ${form}`);
  for (const found of given.keys()) {
    if (keys.includes(String(found))) continue;
    const prefix = key === 'it' ? '' : `${key}.`;
    const meant = nearest(String(found), keys) ?? 'none';
    // A URL in the place of a key could hold credentials.
    const name = /^[\w.-]{1,64}$/.test(String(found)) ? `${prefix}${String(found)}` : 'a key that is no word';
    throw new Error(`${name} is not known; the nearest key is ${prefix}${meant}`);
  }
  return given as ReadonlyMap<string, unknown>;
}

/** Reads a key that must be there and is not shown. */
function read<Value>(
  fields: ReadonlyMap<string, unknown>,
  key: string,
  parse: (given: unknown) => Value,
  prefix = '',
): Value {
  if (!fields.has(key)) throw new Error(`${prefix}${key} is missing`);
  try {
    return parse(fields.get(key));
  } catch (error) {
    throw new Error(`${prefix}${key} ${(error as Error).message}`, { cause: error });
  }
}

/** Reads a key that may be left out, and whose value may be shown. */
function shown<Value>(
  fields: ReadonlyMap<string, unknown>,
  key: string,
  parse: (given: unknown) => Value,
  fallback: Value,
  prefix = '',
): Value {
  if (!fields.has(key)) return fallback;
  const explained = (given: unknown): Value => {
    try {
      return parse(given);
    } catch (error) {
      throw new Error(`is ${showValue(given)}, which ${(error as Error).message}`, { cause: error });
    }
  };
  return read(fields, key, explained, prefix);
}

function backendName(given: unknown): string {
  if (typeof given !== 'string' || !/^[\w.:-]{1,64}$/.test(given)) {
    throw new Error('must have 1 to 64 letters, digits, dots, colons, hyphens or underscores');
  }
  return given;
}

function isGzip(given: unknown): boolean {
  if (given !== 'gzip' && given !== 'none') throw new Error('must be gzip or none');
  return given === 'gzip';
}

function repeated(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) < index);
}
