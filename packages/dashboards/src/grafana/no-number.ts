import { MappingType, SpecialValueMatch } from '@grafana/grafana-foundation-sdk/dashboard';
import type { ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';

/**
 * How NaN reads: a share or a percentile of nothing, 0 of 0, is no value.
 *
 * @param text what stands there instead
 */
export function noNumber(text: string): ValueMapping {
  return {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.NotANumber, result: { text } },
  };
}
