import { defaultConfig } from '../config.ts';
import type { JsonSchema } from './kind.ts';
import { fileKey, isKind, settings } from './settings.ts';
import type { Setting } from './settings.ts';

/**
 * The JSON schema of a configuration file, for editors. It knows the keys and the forms of their values; whether they fit
 * together only `readConfig` finds out.
 */
export function configSchema(): JsonSchema {
  const { properties, ...whole } = section(settings, defaultConfig);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of the Outrider dashboards and rules',
    ...whole,
    properties: { $schema: { description: 'the schema of the file, for an editor', type: 'string' }, ...properties },
  };
}

function section(
  rows: Readonly<Record<string, object>>,
  byDefault: object,
): JsonSchema & { readonly properties: Readonly<Record<string, JsonSchema>> } {
  const properties = Object.entries(rows).map(([key, row]): [string, JsonSchema] => {
    const before = (byDefault as Readonly<Record<string, unknown>>)[key];
    return [fileKey(key), isKind(row) ? setting(row, before) : section(row as typeof rows, before as object)];
  });
  // A section whose keys are all commented out is null.
  return { type: ['object', 'null'], properties: Object.fromEntries(properties), additionalProperties: false };
}

function setting(row: Setting<unknown>, byDefault: unknown): JsonSchema {
  return { description: `${row.description}: ${row.form}`, default: row.write(byDefault, byDefault), ...row.schema };
}
