import type { JsonSchema } from './kind.ts';
import { settingKeys, settings } from './settings.ts';
import type { SettingKey } from './settings.ts';

/**
 * The JSON schema of a configuration file, for editors. It knows the keys and the forms of their values; whether they go
 * together, and whether a file is there, only `loadConfig` finds out.
 */
export function configSchema(): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const key of settingKeys) {
    const [section, name] = key.split('.');
    if (section === undefined || name === undefined) properties[key] = settingSchema(key);
    else properties[section] = withProperty(properties[section], name, settingSchema(key));
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of the Outrider sidecar',
    type: ['object', 'null'],
    properties,
    additionalProperties: false,
  };
}

function withProperty(section: JsonSchema | undefined, name: string, schema: JsonSchema): JsonSchema {
  const properties = { ...(section?.['properties'] as JsonSchema | undefined), [name]: schema };
  // A section whose keys are all commented out is null.
  return { type: ['object', 'null'], properties, additionalProperties: false };
}

function settingSchema(key: SettingKey): JsonSchema {
  const { description, fallback, fallbackText, schema } = settings[key];
  return { description, ...(fallbackText === undefined ? { default: fallback() } : {}), ...schema };
}
