import { fileKey, isKind, settings } from '../../src/config-file/settings.ts';
import type { Setting } from '../../src/config-file/settings.ts';
import { defaultConfig } from '../../src/config.ts';

/** A setting with its key in the file. */
export interface Row {
  readonly key: string;
  readonly row: Setting<unknown>;
  readonly byDefault: unknown;
}

/** A setting, or a section of them, which has no row. */
export interface Level {
  readonly keys: readonly string[];
  readonly row: Setting<unknown> | undefined;
  readonly byDefault: unknown;
}

/** Every setting, and every section of them without a row. */
function levels(rows: object, byDefault: object, above: readonly string[] = []): readonly Level[] {
  const inner = Object.entries(rows).flatMap(([key, row]: [string, object]): readonly Level[] => {
    const before = (byDefault as Readonly<Record<string, unknown>>)[key];
    const keys = [...above, fileKey(key)];
    return isKind(row) ? [{ keys, row, byDefault: before }] : levels(row, before as object, keys);
  });
  return [{ keys: above, row: undefined, byDefault }, ...inner];
}

/** Every setting and section of the file. */
export const all: readonly Level[] = levels(settings, defaultConfig);
/** The sections, with their names for a title. */
export const sections: ReadonlyArray<{ readonly keys: readonly string[]; readonly name: string }> = all
  .filter(({ row }) => row === undefined)
  .map(({ keys }) => ({ keys, name: keys.join('.') }));
/** The settings, each with its key and what applies without it. */
export const rows: readonly Row[] = all.flatMap(({ keys, row, byDefault }) =>
  row === undefined ? [] : [{ key: keys.join('.'), row, byDefault }],
);
/** One setting of each kind: the schema says all that there is to a kind. */
export const kinds: readonly Row[] = [
  ...new Map(rows.map((one) => [JSON.stringify([one.row.form, one.row.schema]), one])).values(),
];

/** A file that says one thing. */
export function inFile(keys: readonly string[], value: unknown): object {
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
}
