import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';

/** Names to be shown instead of values, such as `{ 0: 'down', 1: 'up' }`. */
export function namesOf(names: Readonly<Record<number, string>>): ValueMapping {
  const options = Object.fromEntries(Object.entries(names).map(([value, text]) => [value, { text }]));
  return { type: MappingType.ValueToText, options };
}
