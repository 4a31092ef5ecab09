import { expect, it } from 'vitest';
import type { TimeSeriesPanel } from '../../src/dashboard.ts';
import { timeseries } from '../../src/grafana/timeseries.ts';

const panel: TimeSeriesPanel = {
  id: 1,
  type: 'timeseries',
  title: 'Errors',
  description: 'How many.',
  width: 12,
  unit: 'short',
  min: 0,
  queries: [{ expr: 'up', legend: '{{job}}' }],
};
const custom = (of: TimeSeriesPanel): Readonly<Record<string, unknown>> =>
  timeseries(of).build().fieldConfig?.defaults.custom as Record<string, unknown>;

it('an axis of nothing but 0 does not reach to 100, whatever the unit', () => {
  expect(custom(panel)).toHaveProperty('axisSoftMax', 1);
  expect(custom({ ...panel, unit: 'percentunit' })).toHaveProperty('axisSoftMax', 0.01);
});

it('an axis that does not begin at 0, or that has an end, is as it is', () => {
  expect(custom({ ...panel, max: 1 })).not.toHaveProperty('axisSoftMax');
  const { min: _, ...anywhere } = panel;
  expect(custom(anywhere)).not.toHaveProperty('axisSoftMax');
});

it('the axis at the right has an end of its own unit', () => {
  const { overrides } = timeseries({ ...panel, styles: [{ name: 'share', rightAxis: 'percentunit' }] }).build()
    .fieldConfig!;
  expect(overrides[0]?.properties).toContainEqual({ id: 'custom.axisSoftMax', value: 0.01 });
});

it('panels to be compared have their legends below, so that their time axes line up', () => {
  const placement = (of: TimeSeriesPanel): unknown =>
    (timeseries(of).build().options as { readonly legend: { readonly placement: string } }).legend.placement;
  expect(placement(panel)).toBe('right');
  expect(placement({ ...panel, legendBelow: true })).toBe('bottom');
  expect(custom({ ...panel, legendBelow: true })).toHaveProperty('axisWidth', expect.any(Number));
});
