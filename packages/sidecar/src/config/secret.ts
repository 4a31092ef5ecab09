import { readSmallFile } from './small-file.ts';

/** Where a secret was found. A path and the name of a variable may be shown. */
export type SecretSource = 'text' | { readonly file: string } | { readonly env: string };

// A secret is a line or a key; what is longer is another file.
const LONGEST_BYTES = 65_536;

/** Text that is never shown: not in JSON, not in a message, not in a log. Only {@link Secret.read} gives it away. */
export class Secret {
  readonly source: SecretSource;
  readonly #read: () => string;

  private constructor(source: SecretSource, read: () => string) {
    this.source = source;
    this.#read = read;
  }

  /** A secret that is known. */
  static of(text: string): Secret {
    return new Secret('text', () => text);
  }

  /** A secret in a file, read anew each time, so that it may be exchanged; a line break at its end is no part of it. */
  static inFile(path: string): Secret {
    return new Secret({ file: path }, () => readSecretFile(path));
  }

  /** A secret in an environment variable, as it was found. */
  static inVariable(name: string, text: string): Secret {
    return new Secret({ env: name }, () => text);
  }

  /** The text. @throws {Error} that names the file and why it cannot be read, or that it is empty */
  read(): string {
    return this.#read();
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }
}

/** What stands in the place of a secret wherever one would be shown. */
export const MASK = '<secret>';

function readSecretFile(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readSmallFile(path, LONGEST_BYTES);
  } catch (error) {
    throw new Error(`names ${path}, which cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const text = decoded(path, bytes).replace(/\r?\n$/, '');
  if (text === '') throw new Error(`names ${path}, which is empty`);
  return text;
}

function decoded(path: string, bytes: Buffer): string {
  try {
    // Without a byte order mark, which is no part of it.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // With other characters in their place it would only be a wrong password.
    throw new Error(`names ${path}, which is not UTF-8`);
  }
}
