/** A JSON schema, draft 2020-12, with what the language servers of editors know in addition. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  /** What an editor says of text that does not match `pattern`. */
  readonly patternErrorMessage?: string;
  readonly [keyword: string]: unknown;
}

/** A kind of value in the configuration file: how it is read, how it is written, and what an editor may know of it. */
export interface Kind<Value> {
  /** What a right value is, in words that follow on `must be`: `a time from 1ms to 1h, such as 60ms`. */
  readonly form: string;
  /**
   * Reads what the file says.
   *
   * @param byDefault what applies without it
   * @throws {Error} whose message follows on the value: `must be a time from 1ms to 1h, such as 60ms`
   */
  read(this: void, given: unknown, byDefault: Value): Value;
  /**
   * What a file would say to mean the value.
   *
   * @param byDefault what applies without it, where a file can only add to that or take from it
   */
  write(this: void, value: Value, byDefault?: Value): unknown;
  /** Accepts whatever is read, and refuses what is not, as far as a schema can say that. */
  readonly schema: JsonSchema;
}
