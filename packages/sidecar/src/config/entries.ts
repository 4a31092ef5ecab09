import { FieldError } from './field-error.ts';
import { NONE, isNone } from './kind.ts';
import type { JsonSchema, Kind, ReadContext } from './kind.ts';

/**
 * A list of entries: `none`, text with several separated by commas, a single one, or a list.
 *
 * @param url schema of an entry that is text
 * @param urls schema of a text with several
 * @param check throws an Error if entries do not go together
 */
export function entriesOf<Entry>(
  entry: Kind<Entry>,
  url: JsonSchema,
  urls: JsonSchema,
  check: (entries: readonly Entry[]) => void,
): Kind<readonly Entry[]> {
  const parseAt = (given: unknown, index: number, context?: ReadContext): Entry => {
    try {
      return entry.parse(given, context);
    } catch (error) {
      const problem = error instanceof FieldError ? error.message : `it ${(error as Error).message}`;
      throw new Error(`has an error in entry ${index + 1}: ${problem}`, { cause: error });
    }
  };
  return {
    parse: (given, context) => {
      const entries = listed(given).map((one, index) => parseAt(one, index, context));
      check(entries);
      return entries;
    },
    write: (entries) => entries.map((one) => entry.write(one)),
    schema: { anyOf: [{ type: 'array', items: { anyOf: [url, entry.schema] } }, urls, entry.schema, NONE] },
  };
}

/** The first value that is there a second time. */
export function repeated(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) < index);
}

function listed(given: unknown): readonly unknown[] {
  if (isNone(given)) return [];
  if (typeof given === 'string') return given.split(',').map((one) => one.trim());
  return Array.isArray(given) ? given : [given];
}
