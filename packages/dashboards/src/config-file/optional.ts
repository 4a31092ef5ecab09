import type { JsonSchema, Kind } from './kind.ts';

const NONE: ReadonlySet<unknown> = new Set(['none', null, false]);

/** Whether a file takes something away by this. */
export function isNone(given: unknown): boolean {
  return NONE.has(given);
}

/** A value of another kind, or `none`. */
export function optional<Value>(kind: Kind<Value>): Kind<Value | undefined> {
  const form = `${kind.form}, or none`;
  return {
    form,
    read: (given, byDefault) => (isNone(given) ? undefined : kind.read(given, byDefault as Value)),
    write: (value) => (value === undefined ? 'none' : kind.write(value)),
    schema: optionalSchema(kind.schema, `must be ${form}`),
  };
}

/**
 * The schema of another one's values, or `none`. It is one without alternatives: of several an editor does not know which
 * was meant, and shows what is wrong with any.
 */
export function optionalSchema({ type = [], pattern, ...rest }: JsonSchema, patternErrorMessage: string): JsonSchema {
  return {
    ...rest,
    type: [...new Set([type, 'string', 'boolean', 'null'].flat())],
    not: { const: true },
    pattern: pattern === undefined ? '^none$' : `^none$|${pattern}`,
    patternErrorMessage,
  };
}
