import { readFileSync } from 'node:fs';

/** Text that is never shown: not in JSON, not in a message, not in a log. Only {@link Secret.read} gives it away. */
export class Secret {
  readonly #read: () => string;

  private constructor(read: () => string) {
    this.#read = read;
  }

  /** A secret that is known. */
  static of(text: string): Secret {
    return new Secret(() => text);
  }

  /** A secret in a file, read anew each time, so that it may be exchanged; a line break at its end is no part of it. */
  static inFile(path: string): Secret {
    return new Secret(() => readFileSync(path, 'utf8').replace(/\r?\n$/, ''));
  }

  /** The text. @throws {Error} if the file cannot be read */
  read(): string {
    return this.#read();
  }

  toString(): string {
    return '<secret>';
  }

  toJSON(): string {
    return '<secret>';
  }
}
