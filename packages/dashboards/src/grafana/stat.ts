import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import type { ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { StatPanel } from '../dashboard.ts';
import { namesOf } from './names-of.ts';
import { noNumber } from './no-number.ts';
import { thresholds } from './thresholds.ts';

/** One figure, or a few. */
export function stat(panel: StatPanel): PanelBuilder {
  const { marks = [], base = 'green', sparkline = false, noValue } = panel;
  const builder = new PanelBuilder()
    // Not the last that is a number: without traffic that would be a figure from when there was some.
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['last']).values(false))
    .colorMode(marks.length === 0 ? BigValueColorMode.None : BigValueColorMode.Value)
    .graphMode(sparkline ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .justifyMode(BigValueJustifyMode.Auto)
    // Names beside each other get too small to read.
    .orientation(panel.nameOnly === true ? VizOrientation.Horizontal : VizOrientation.Auto)
    .textMode(textMode(panel))
    .wideLayout(true)
    .thresholds(thresholds(marks, base));
  if (noValue !== undefined) builder.noValue(noValue);
  return builder.mappings(mappings(panel));
}

/** Names of values, if they have some, and of none. */
function mappings({ names, noValue = 'No data' }: StatPanel): ValueMapping[] {
  const nothing = noNumber(noValue);
  if (names === undefined) return [nothing];
  return [namesOf(names), nothing];
}

// What is of one of several says of which: the others may have no figure.
function textMode(panel: StatPanel): BigValueTextMode {
  if (panel.nameOnly === true) return BigValueTextMode.Name;
  return panel.queries.length > 1 || labelled(panel) ? BigValueTextMode.ValueAndName : BigValueTextMode.Auto;
}

function labelled({ queries }: StatPanel): boolean {
  return queries.some(({ legend }) => legend.includes('{{'));
}
