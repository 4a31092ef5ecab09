import { absolutePath, parseAbsolutePath } from './absolute-path.ts';
import { NONE, isNone } from './kind.ts';
import type { Kind, ReadContext } from './kind.ts';
import { MASK, Secret } from './secret.ts';
import { SECRET_SCHEMA, parseSecret, writeSecret } from './secret-kind.ts';

const WHAT_IT_IS = 'must have 16 to 512 characters, printable ones of ASCII without spaces';

/** A bearer token, or none. */
export const token: Kind<Secret | undefined> = {
  parse: parseToken,
  write: (value) => (value === undefined ? 'none' : writeSecret(value)),
  schema: {
    anyOf: [
      { type: 'string', pattern: '^[!-~]{16,512}$' },
      ...(SECRET_SCHEMA['anyOf'] as readonly unknown[]).slice(1),
      NONE,
    ],
  },
};

/** The file that holds a token, or none. */
export const tokenFile: Kind<Secret | undefined> = {
  parse: parseTokenFile,
  write: (value) => (typeof value?.source === 'object' && 'file' in value.source ? value.source.file : 'none'),
  schema: { anyOf: [absolutePath.schema, NONE] },
};

/**
 * Reads a bearer token, or `none`.
 *
 * @throws {Error} that says what is wrong and shows nothing of it
 */
function parseToken(given: unknown, context?: ReadContext): Secret | undefined {
  if (isNone(given)) return undefined;
  const secret = parseSecret(given, context);
  if (given !== MASK && !isToken(secret.read())) throw new Error(WHAT_IT_IS);
  return secret;
}

/**
 * Reads the path of a file that holds a token, or `none`.
 *
 * @throws {Error} that says what is wrong, the file's content among it, and shows nothing of that
 */
function parseTokenFile(given: unknown): Secret | undefined {
  if (isNone(given)) return undefined;
  const secret = Secret.inFile(parseAbsolutePath(given));
  readToken(secret);
  return secret;
}

/**
 * A token as it is now: one in a file may have been exchanged.
 *
 * @throws {Error} that says what is wrong and shows nothing of it
 */
export function readToken(secret: Secret): string {
  const text = secret.read();
  if (!isToken(text)) throw new Error(`names a file whose content ${WHAT_IT_IS}`);
  return text;
}

function isToken(text: string): boolean {
  return /^[!-~]{16,512}$/.test(text);
}
