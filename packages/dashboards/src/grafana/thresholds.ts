import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Mark } from '../dashboard.ts';

/** Marks as Grafana's thresholds: what is below the first has the base colour. */
export function thresholds(marks: readonly Mark[], base: string): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...marks.map(({ from, colour }) => ({ value: from, color: colour }))]);
}
