/** A JSON schema, draft 2020-12. */
export interface JsonSchema {
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
  /** What a file would say to mean the value. */
  write(this: void, value: Value): unknown;
  /** Accepts whatever is read, and refuses what is not, as far as a schema can say that. */
  readonly schema: JsonSchema;
}

const NONE: readonly unknown[] = ['none', null, false];

/** A value of another kind, or `none`. */
export function optional<Value>(kind: Kind<Value>): Kind<Value | undefined> {
  return {
    form: `${kind.form}, or none`,
    read: (given, byDefault) => (NONE.includes(given) ? undefined : kind.read(given, byDefault as Value)),
    write: (value) => (value === undefined ? 'none' : kind.write(value)),
    schema: { anyOf: [kind.schema, { enum: NONE }] },
  };
}
