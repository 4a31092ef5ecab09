import type { IncomingMessage } from 'node:http';

/**
 * The value of a header that can be there once; `undefined` if there is none or more than one, of which Node.js would
 * show the first alone.
 *
 * @param name in lower case
 */
export function singleHeader(req: IncomingMessage, name: string): string | undefined {
  let value: string | undefined;
  for (let i = 0; i < req.rawHeaders.length; i += 2) {
    if (req.rawHeaders[i]?.toLowerCase() !== name) continue;
    if (value !== undefined) return undefined;
    value = req.rawHeaders[i + 1];
  }
  return value;
}
