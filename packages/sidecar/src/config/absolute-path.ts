import { isAbsolute } from 'node:path';

/**
 * Reads an absolute path.
 *
 * @throws {Error} that says what is wrong
 */
export function parseAbsolutePath(given: unknown): string {
  if (typeof given !== 'string') throw new Error('must be text');
  if (!isAbsolute(given)) throw new Error('must be an absolute path');
  return given;
}
