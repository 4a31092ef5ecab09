import { OutriderError } from '@outrider/core/errors';
import { aboutValue } from './about-value.ts';
import { goDuration } from './go-duration.ts';
import { unknownKey } from './unknown-key.ts';

/** One mapping of the web configuration file. What it throws names file and key, and shows no value that may be a secret. */
export class WebConfigSection {
  readonly #path: string;
  readonly #name: string;
  readonly #values: ReadonlyMap<unknown, unknown>;

  /**
   * @param path of the file
   * @param name of the mapping, with its dots; empty for the file itself
   * @param value what stands there; a mapping of which all is commented out is null
   * @param keys those that there can be; undefined where they are for people to choose
   * @throws {OutriderError} OUTRIDER_CONFIG if it is no mapping, or has a key that is not known
   */
  constructor(path: string, name: string, value: unknown, keys?: readonly string[]) {
    this.#path = path;
    this.#name = name;
    if (value !== undefined && value !== null && !(value instanceof Map)) {
      throw this.#error(name, 'must be a mapping of keys to values');
    }
    this.#values = (value as ReadonlyMap<unknown, unknown> | null | undefined) ?? new Map();
    if (keys === undefined) return;
    for (const key of this.#values.keys()) {
      if (keys.includes(String(key))) continue;
      const { shown, advice } = unknownKey(key, keys);
      throw shown === undefined ? this.#error(name, `has a key that ${advice}`) : this.refuse(shown, advice);
    }
  }

  /** What is wrong with a key, as an error to throw. */
  refuse(key: string, problem: string): OutriderError {
    return this.#error(this.nameOf(key), problem);
  }

  /** A key as a person looks for it in the file: `tls_server_config.cert_file`. */
  nameOf(key: string): string {
    return this.#name === '' ? key : `${this.#name}.${key}`;
  }

  /** The mapping under a key. */
  section(key: string, keys?: readonly string[]): WebConfigSection {
    return new WebConfigSection(this.#path, this.nameOf(key), this.#values.get(key), keys);
  }

  has(key: string): boolean {
    const value = this.#values.get(key);
    return value !== undefined && value !== null;
  }

  keys(): readonly string[] {
    return [...this.#values.keys()].map(String);
  }

  /** The text under a key; undefined if there is none. */
  text(key: string): string | undefined {
    const value = this.#values.get(key);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw this.refuse(key, 'must be text');
    return value;
  }

  flag(key: string): boolean | undefined {
    const value = this.#values.get(key);
    if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
    throw this.refuse(key, 'must be true or false');
  }

  wholeNumber(key: string): number | undefined {
    const value = this.#values.get(key);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw this.refuse(key, 'must be a whole number, 0 or more');
    }
    return value;
  }

  /** Milliseconds; undefined if the key is not there. */
  duration(key: string): number | undefined {
    const value = this.#values.get(key);
    if (value === undefined || value === null) return undefined;
    const ms = value === 0 || typeof value === 'string' ? goDuration(String(value)) : undefined;
    if (ms === undefined || !Number.isFinite(ms)) throw this.refuse(key, 'must be a duration, such as 100ms or 1m30s');
    return ms;
  }

  texts(key: string): readonly string[] {
    const value = this.#values.get(key);
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
    throw this.refuse(key, 'must be a list of text');
  }

  /** One of some words; undefined if the key is not there. */
  word<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const given = this.text(key);
    return given === undefined ? undefined : this.known(key, given, words);
  }

  known<Word extends string>(key: string, given: string, words: readonly Word[]): Word {
    const word = words.find((one) => one === given);
    if (word === undefined) throw this.refuse(key, aboutValue(given, `must be one of ${words.join(', ')}`));
    return word;
  }

  #error(key: string, problem: string): OutriderError {
    return new OutriderError('OUTRIDER_CONFIG', { source: this.#path, key: key === '' ? 'the file' : key, problem });
  }
}
