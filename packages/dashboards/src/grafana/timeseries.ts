import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import type { SeriesStyle, TimeSeriesPanel, Unit } from '../dashboard.ts';
import { hasLegendBelow } from './legend-below.ts';
import { thresholds } from './thresholds.ts';

// Names of so many labels are long: what is beside the lines must leave them most of the panel.
const LONG_NAME = 3;
const LEGEND_PIXELS = 340;
// Of the axis of panels to be compared: else it is as wide as its labels, and the plots begin at different places.
const AXIS_PIXELS = 64;
// How far an axis from 0 reaches at least: where all is 0 Grafana's own goes up to 100, of whatever unit.
const LEAST_TOP: Partial<Record<Unit, number>> = {
  short: 1,
  none: 0.1,
  cps: 0.1,
  ops: 0.1,
  reqps: 0.1,
  s: 0.001,
  percentunit: 0.01,
};
// As Grafana calls the column of lastNotNull.
const LAST = 'Last *';

/** Lines over time. */
export function timeseries(panel: TimeSeriesPanel): PanelBuilder {
  const { marks = [], stacked = false, logarithmic, styles = [], queries } = panel;
  const tooltip = new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi);
  // A setting, not a sorting.
  // oxlint-disable-next-line unicorn/no-array-sort
  tooltip.sort(SortOrder.Descending);
  const builder = new PanelBuilder()
    .legend(hasLegendBelow(panel) ? listBelow() : tableBeside(queries))
    .tooltip(tooltip)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .thresholds(thresholds(marks, 'transparent'))
    .thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder().mode(
        marks.length === 0 ? GraphThresholdsStyleMode.Off : GraphThresholdsStyleMode.Dashed,
      ),
    )
    // A point between two gaps is no line: never to show points would hide a route that is rarely asked for.
    .showPoints(VisibilityMode.Auto)
    .fillOpacity(stacked ? 30 : logarithmic === undefined ? 5 : 0)
    .lineWidth(1);
  if (stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (logarithmic !== undefined)
    builder.scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(logarithmic));
  const top = leastTop(panel);
  if (top !== undefined) builder.axisSoftMax(top);
  if (panel.legendBelow === true) builder.axisWidth(AXIS_PIXELS);
  for (const style of styles) builder.overrideByRegexp(`^${style.name}$`, properties(style));
  return builder;
}

function leastTop({ min, max, unit }: TimeSeriesPanel): number | undefined {
  return min === 0 && max === undefined ? LEAST_TOP[unit] : undefined;
}

function listBelow(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);
}

/** Largest first: of many series those that are to be seen stand where nobody has to scroll. */
function tableBeside(queries: TimeSeriesPanel['queries']): VizLegendOptionsBuilder {
  const legend = new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Right)
    .showLegend(true)
    .calcs(['lastNotNull'])
    .sortBy(LAST)
    .sortDesc(true);
  if (queries.some(({ legend: name }) => name.split('{{').length > LONG_NAME)) legend.width(LEGEND_PIXELS);
  return legend;
}

function properties({ dashed, colour, rightAxis, fillTo, hidden }: SeriesStyle): DynamicConfigValue[] {
  const all: DynamicConfigValue[] = [];
  if (dashed === true) {
    all.push({ id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } }, { id: 'custom.fillOpacity', value: 0 });
  }
  if (colour !== undefined) all.push({ id: 'color', value: { mode: 'fixed', fixedColor: colour } });
  if (rightAxis !== undefined) {
    all.push({ id: 'custom.axisPlacement', value: 'right' }, { id: 'unit', value: rightAxis });
    if (LEAST_TOP[rightAxis] !== undefined) all.push({ id: 'custom.axisSoftMax', value: LEAST_TOP[rightAxis] });
  }
  if (fillTo !== undefined)
    all.push({ id: 'custom.fillBelowTo', value: fillTo }, { id: 'custom.fillOpacity', value: 15 });
  if (hidden === true) all.push({ id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } });
  return all;
}
