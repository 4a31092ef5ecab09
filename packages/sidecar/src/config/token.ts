import { parseAbsolutePath } from './absolute-path.ts';
import { Secret } from './secret.ts';

/**
 * Reads a bearer token, or `none`.
 *
 * @throws {Error} that says what is wrong and shows nothing of it
 */
export function parseToken(given: unknown): Secret | undefined {
  if (given === 'none' || given === null || given === false) return undefined;
  if (typeof given !== 'string' || !isToken(given)) throw new Error(WHAT_IT_IS);
  return Secret.of(given);
}

/**
 * Reads the path of a file that holds a token, or `none`.
 *
 * @throws {Error} that says what is wrong, the file's content among it, and shows nothing of that
 */
export function parseTokenFile(given: unknown): Secret | undefined {
  if (given === 'none' || given === null || given === false) return undefined;
  const secret = Secret.inFile(parseAbsolutePath(given));
  if (!isToken(secret.read())) throw new Error(`names a file whose content ${WHAT_IT_IS}`);
  return secret;
}

const WHAT_IT_IS = 'must have 16 to 512 characters, printable ones of ASCII without spaces';

function isToken(text: string): boolean {
  return /^[!-~]{16,512}$/.test(text);
}
