/** What can stand in a configuration file. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** A JSON schema, draft 2020-12. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** What reading a value needs beside it. */
export interface ReadContext {
  /** Gives the value of an environment variable, for secrets of the form `{ env: NAME }`. */
  readonly variable: (name: string) => string | undefined;
  /** Told of each secret that is masked; without it, a mask is refused. */
  readonly onMask?: () => void;
}

/** A kind of value: how it is read, how it is written down again, and what an editor may know of it. */
export interface Kind<Value> {
  /** Reads what a file, a variable or a flag says; throws an Error whose message follows on the key: `must be text`. */
  parse(this: void, given: unknown, context?: ReadContext): Value;
  /** What a file would say to mean this value, secrets masked. */
  write(this: void, value: Value): Plain;
  readonly schema: JsonSchema;
}

/** Reading without an environment, and without masks. */
export const NO_CONTEXT: ReadContext = { variable: () => undefined };

/** Schema of what means that there is nothing. */
export const NONE: JsonSchema = { enum: ['none', false, null], description: 'nothing' };

/** Whether a value means that there is nothing. */
export function isNone(given: unknown): boolean {
  return given === 'none' || given === false || given === null;
}

/** A value of another kind, or nothing. */
export function optional<Value>(kind: Kind<Value>): Kind<Value | undefined> {
  return {
    parse: (given, context) => (isNone(given) ? undefined : kind.parse(given, context)),
    write: (value) => (value === undefined ? 'none' : kind.write(value)),
    schema: { anyOf: [kind.schema, NONE] },
  };
}
