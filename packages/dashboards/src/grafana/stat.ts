import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { StatPanel } from '../dashboard.ts';
import { thresholds } from './thresholds.ts';

/** One figure, or a few. */
export function stat(panel: StatPanel): PanelBuilder {
  const { marks = [], base = 'green', sparkline = false, names, noValue, nameOnly = false, queries } = panel;
  const builder = new PanelBuilder()
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .colorMode(marks.length === 0 ? BigValueColorMode.None : BigValueColorMode.Value)
    .graphMode(sparkline ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .justifyMode(BigValueJustifyMode.Auto)
    .orientation(VizOrientation.Auto)
    .textMode(textMode(nameOnly, queries.length))
    .wideLayout(true)
    .thresholds(thresholds(marks, base));
  if (noValue !== undefined) builder.noValue(noValue);
  if (names !== undefined) {
    const options = Object.fromEntries(Object.entries(names).map(([value, text]) => [value, { text }]));
    builder.mappings([{ type: MappingType.ValueToText, options }]);
  }
  return builder;
}

function textMode(nameOnly: boolean, queries: number): BigValueTextMode {
  if (nameOnly) return BigValueTextMode.Name;
  return queries > 1 ? BigValueTextMode.ValueAndName : BigValueTextMode.Auto;
}
