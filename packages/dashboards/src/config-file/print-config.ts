import { stringify } from 'yaml';
import { defaultConfig } from '../config.ts';
import type { DashboardConfig } from '../config.ts';
import { fileKey, isKind, settings } from './settings.ts';

/** A configuration as a file that says all of it, in YAML. */
export function printConfig(config: DashboardConfig): string {
  return stringify(written(config, defaultConfig, settings), { lineWidth: 0 });
}

function written(values: object, byDefault: object, rows: Readonly<Record<string, object>>): object {
  return Object.fromEntries(
    Object.entries(rows).map(([key, row]) => {
      const value = (values as Readonly<Record<string, unknown>>)[key];
      const before = (byDefault as Readonly<Record<string, unknown>>)[key];
      const text = isKind(row)
        ? row.write(value, before)
        : written(value as object, before as object, row as typeof rows);
      return [fileKey(key), text];
    }),
  );
}
