/** A kind of value in the configuration file. */
export interface Kind<Value> {
  /**
   * Reads what the file says.
   *
   * @param byDefault what applies without it
   * @throws {Error} whose message follows on the value: `must be a time from 1ms to 1h, such as 60ms`
   */
  read(this: void, given: unknown, byDefault: Value): Value;
  /** What a file would say to mean the value. */
  write(this: void, value: Value): unknown;
}

/** A value of another kind, or `none`. */
export function optional<Value>(kind: Kind<Value>): Kind<Value | undefined> {
  return {
    read: (given, byDefault) =>
      given === 'none' || given === null || given === false ? undefined : kind.read(given, byDefault as Value),
    write: (value) => (value === undefined ? 'none' : kind.write(value)),
  };
}
