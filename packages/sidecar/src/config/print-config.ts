import { createRequire } from 'node:module';
import type { stringify } from 'yaml';
import { configOf } from '../config.ts';
import type { Plain } from './kind.ts';
import { settingKeys, settings } from './settings.ts';
import type { Setting } from './setting.ts';
import type { SettingKey } from './settings.ts';
import { readSettings } from './sources.ts';
import type { ConfigSources, ReadSettings } from './sources.ts';

const require = createRequire(import.meta.url);

/**
 * Writes the whole configuration that applies as YAML: every key, the defaults too. Secrets are `<secret>`; where one is
 * in a file or a variable, that is told. `checkConfig` takes the text as it is; `loadConfig` wants the secrets.
 *
 * @throws {OutriderError} as `loadConfig` does
 * @example printConfig({ file: 'outrider.yaml', env: process.env })
 */
export function printConfig(sources: ConfigSources): string {
  const read = readSettings(sources, () => undefined);
  configOf(read);
  const top: Record<string, Plain> = {};
  for (const key of settingKeys) {
    const [section = key, name] = key.split('.');
    const written = writeSetting(key, read);
    top[section] = name === undefined ? written : { ...(top[section] as Record<string, Plain>), [name]: written };
  }
  // Loaded only now: it takes 9 MB of memory.
  const yaml = require('yaml') as { readonly stringify: typeof stringify };
  return yaml.stringify(top, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** What a file would say to have a setting as it was read. */
export function writeSetting(key: SettingKey, { of }: ReadSettings): Plain {
  const { write }: Pick<Setting, 'write'> = settings[key];
  return write(of(key));
}
