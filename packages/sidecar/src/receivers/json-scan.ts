import { RequestError } from '../http/request-error.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * Walks through the bytes of a JSON text, without recursion, before `JSON.parse` builds anything from them. It does not
 * check that they are JSON.
 *
 * @throws {RequestError} 400 if arrays and objects nest deeper than `depth`, 413 if there are more than `values` values
 */
export function scanJson(text: Uint8Array, limits: { readonly depth: number; readonly values: number }): void {
  let depth = 0;
  let values = 1;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const byte = text[i];
    if (quoted) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) {
      quoted = true;
    } else if (byte === COMMA) {
      values += 1;
    } else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      values += 1;
      if (depth > limits.depth) {
        throw new RequestError(400, `The body nests deeper than ${limits.depth} arrays and objects.`);
      }
    } else if (byte === 0x5d || byte === 0x7d) {
      depth -= 1;
    }
  }
  if (values > limits.values) {
    throw new RequestError(413, `The body holds more than ${limits.values} values: send fewer data points.`);
  }
}
