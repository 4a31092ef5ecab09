import { FieldError } from './field-error.ts';
import type { JsonSchema, Kind, Plain, ReadContext } from './kind.ts';
import { aboutValue } from './about-value.ts';
import { unknownKey } from './unknown-key.ts';

/** A key of a mapping inside a value. */
export interface Field<Value = unknown> {
  readonly description: string;
  readonly kind: Kind<Value>;
  /** What applies without it, for people. */
  readonly fallback?: string;
  /** Whether no message shows the value: it may hold secrets, or what is wrong is inside of it. */
  readonly secret?: boolean;
}

type Fields = Readonly<Record<string, Field>>;
type Values<F extends Fields> = { readonly [Key in keyof F]: F[Key] extends Field<infer Value> ? Value : never };

/** What a mapping holds: the required keys, and what is there of the optional ones. */
export type RecordValue<Required extends Fields, Optional extends Fields> = Values<Required> &
  Partial<Values<Optional>>;

/** A mapping of known keys. `form` says in a message what it must be: `a mapping with folder and bytes`. */
export function record<Required extends Fields, Optional extends Fields>(
  form: string,
  required: Required,
  optional: Optional,
): Kind<RecordValue<Required, Optional>> {
  const fields: Fields = { ...required, ...optional };
  const names = Object.keys(fields);
  return {
    parse: (given, context) => {
      if (!(given instanceof Map)) throw new Error(`must be ${form}`);
      for (const key of (given as ReadonlyMap<unknown, unknown>).keys()) {
        if (typeof key !== 'string' || !names.includes(key)) refuse(key, names);
      }
      for (const key of Object.keys(required)) if (!given.has(key)) throw new FieldError(key, 'is missing');
      const found = names.flatMap((key) => {
        const field = fields[key];
        return field === undefined || !given.has(key) ? [] : [[key, readField(key, field, given.get(key), context)]];
      });
      return Object.fromEntries(found) as RecordValue<Required, Optional>;
    },
    write: (value) => {
      const values = value as Readonly<Record<string, unknown>>;
      const written = names.flatMap((key): Array<[string, Plain]> => {
        const field = fields[key];
        return field === undefined || values[key] === undefined ? [] : [[key, field.kind.write(values[key])]];
      });
      return Object.fromEntries(written);
    },
    schema: {
      type: 'object',
      properties: Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fieldSchema(field)])),
      ...(Object.keys(required).length === 0 ? {} : { required: Object.keys(required) }),
      additionalProperties: false,
    },
  };
}

function refuse(key: unknown, names: readonly string[]): never {
  const { shown, advice } = unknownKey(key, names);
  if (shown === undefined) throw new Error(`has a key that ${advice}`);
  throw new FieldError(shown, advice);
}

function readField(key: string, { kind, secret = false }: Field, given: unknown, context?: ReadContext): unknown {
  try {
    return kind.parse(given, context);
  } catch (error) {
    if (secret || error instanceof FieldError) throw FieldError.at(key, error);
    throw new FieldError(key, aboutValue(given, (error as Error).message), { cause: error });
  }
}

function fieldSchema({ kind, description, fallback }: Field): JsonSchema {
  return {
    description: fallback === undefined ? description : `${description}; ${fallback} by default`,
    ...kind.schema,
  };
}
