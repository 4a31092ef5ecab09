import type { DashboardConfig } from '../config.ts';
import { fileKey, isKind, settings } from '../config-file/settings.ts';

/**
 * A setting as the configuration file has it, with its value: `thresholds.latency.warn: 60ms`.
 *
 * @param path the keys of the configuration, such as `thresholds.latency.warnS`
 * @throws {Error} if there is no such setting
 */
export function settingText(path: string, config: DashboardConfig): string {
  let [row, value]: [object | undefined, unknown] = [settings, config];
  for (const key of path.split('.')) {
    row = (row as Readonly<Record<string, object>> | undefined)?.[key];
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  }
  if (row === undefined || !isKind(row)) throw new Error(`the configuration has no setting ${path}`);
  const written = row.write(value);
  const name = path.split('.').map(fileKey).join('.');
  // Values of several lines, such as matchers, are for the file itself.
  return typeof written === 'string' || typeof written === 'number' ? `${name}: ${written}` : name;
}
