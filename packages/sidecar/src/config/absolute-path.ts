import { isAbsolute } from 'node:path';
import type { Kind } from './kind.ts';

/** An absolute path. */
export const absolutePath: Kind<string> = {
  parse: parseAbsolutePath,
  write: (path) => path,
  // As a system of the other family has it, too: an editor may run elsewhere.
  schema: { type: 'string', pattern: String.raw`^(?:/|[A-Za-z]:[\\/]|\\\\)[^\u0000-\u001f\u007f]*$` },
};

/**
 * Reads an absolute path.
 *
 * @throws {Error} that says what is wrong
 */
export function parseAbsolutePath(given: unknown): string {
  if (typeof given !== 'string') throw new Error('must be text');
  if (!isAbsolute(given)) throw new Error('must be an absolute path');
  if (/\p{Cc}/u.test(given)) throw new Error('must be a path without control characters');
  return given;
}
