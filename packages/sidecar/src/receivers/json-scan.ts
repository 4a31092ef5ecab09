import { randomInt } from 'node:crypto';
import { RequestError } from '../http/request-error.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

// Which names were there, by their hash, so that a name costs no memory. It begins with a number that nobody knows, so
// that nobody can make names of the same hash.
const SEED = randomInt(2 ** 32);
const HASHES = 2 ** 16;

/** What a JSON text may hold. */
export interface JsonLimits {
  readonly depth: number;
  readonly values: number;
  /** Different names of members. */
  readonly fieldNames: number;
}

/**
 * Walks through the bytes of a JSON text, without recursion, before `JSON.parse` builds anything from them. It does not
 * check that they are JSON.
 *
 * Names are counted since V8 makes a shape of each order of names that it has not seen: 500,000 different ones in 6 MB
 * take it more than a second.
 *
 * @throws {RequestError} 400 if arrays and objects nest deeper than `depth`, 413 if there are more values or names
 */
export function scanJson(text: Uint8Array, limits: JsonLimits): void {
  const seen = new Uint8Array(HASHES);
  let depth = 0;
  let values = 1;
  let names = 0;
  let quoted = false;
  let begin = 0;
  let end = 0;
  for (let i = 0; i < text.length; i += 1) {
    const byte = text[i];
    if (quoted) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) {
        quoted = false;
        end = i;
      }
    } else if (byte === QUOTE) {
      quoted = true;
      begin = i + 1;
    } else if (byte === COLON) {
      const hash = hashOf(text, begin, end);
      if (seen[hash] === 0) {
        seen[hash] = 1;
        names += 1;
        if (names > limits.fieldNames) throw tooManyNames(limits.fieldNames);
      }
    } else if (byte === COMMA) {
      values += 1;
    } else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      values += 1;
      if (depth > limits.depth) {
        const message = `The body nests deeper than ${limits.depth} arrays and objects.`;
        throw new RequestError(400, message, { limit: 'depth' });
      }
    } else if (byte === 0x5d || byte === 0x7d) {
      depth -= 1;
    }
  }
  if (values > limits.values) {
    const message = `The body holds more than ${limits.values} values: send fewer data points.`;
    throw new RequestError(413, message, { limit: 'valuesPerRequest' });
  }
}

/** FNV-1a, folded. */
function hashOf(text: Uint8Array, begin: number, end: number): number {
  let hash = SEED;
  for (let i = begin; i < end; i += 1) hash = Math.imul(hash ^ (text[i] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 16)) & (HASHES - 1);
}

function tooManyNames(most: number): RequestError {
  const message = `The body has more than ${most} different names of fields: OTLP has fewer.`;
  return new RequestError(413, message, { limit: 'fieldNames' });
}
