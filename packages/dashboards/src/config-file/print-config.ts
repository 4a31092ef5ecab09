import { stringify } from 'yaml';
import type { DashboardConfig } from '../config.ts';
import { fileKey, isKind, settings } from './settings.ts';

/** A configuration as a file that says all of it, in YAML. */
export function printConfig(config: DashboardConfig): string {
  return stringify(written(config, settings), { lineWidth: 0 });
}

function written(values: object, rows: Readonly<Record<string, object>>): object {
  return Object.fromEntries(
    Object.entries(rows).map(([key, row]) => {
      const value = (values as Readonly<Record<string, unknown>>)[key];
      return [fileKey(key), isKind(row) ? row.write(value) : written(value as object, row as typeof rows)];
    }),
  );
}
