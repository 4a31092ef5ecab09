import { Secret } from './secret.ts';
import type { SidecarConfig } from '../config.ts';

// Where a field of the configuration is not the key of the file.
const KEYS: Readonly<Record<string, string>> = { intervalMs: 'interval', web: 'webConfigFile' };
const SECTIONS: ReadonlySet<string> = new Set(['otlp', 'metrics', 'log', 'limits']);

/**
 * The keys of which two configurations have different values, as a file names them. Values are not told: some are secret.
 *
 * @example changedKeys(before, after) // ['watch', 'limits.series']
 */
export function changedKeys(before: SidecarConfig, after: SidecarConfig): readonly string[] {
  return Object.keys(before).flatMap((name) => {
    const one: unknown = before[name as keyof SidecarConfig];
    const other: unknown = after[name as keyof SidecarConfig];
    if (SECTIONS.has(name)) return fieldsThatDiffer(one as object, other as object).map((field) => `${name}.${field}`);
    if (name === 'access')
      return [...new Set(fieldsThatDiffer(one as object, other as object).map((field) => KEYS[field] ?? field))];
    return isSame(one, other) ? [] : [KEYS[name] ?? name];
  });
}

/** Whether two values of a configuration are the same, secrets in them included. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (one instanceof Secret && other instanceof Secret) return isSameSecret(one, other);
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  return fieldsThatDiffer(one, other).length === 0;
}

function fieldsThatDiffer(one: object, other: object): string[] {
  const [a, b] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => !isSame(a.get(name), b.get(name)));
}

function isSameSecret(one: Secret, other: Secret): boolean {
  try {
    return one.read() === other.read();
  } catch {
    // What cannot be read now may be anything.
    return false;
  }
}
