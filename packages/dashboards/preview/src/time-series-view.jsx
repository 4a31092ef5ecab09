import { FieldType, createDataFrame, dateTime, reduceField } from '@grafana/data';
import { TimeSeries } from '@grafana/ui';
import { Empty } from './empty.jsx';
import { configured, nameOf } from './fields.mjs';

/** Lines over time, drawn by Grafana's own plot. */
export function TimeSeriesView({ panel, answers, events, time, theme, width, height }) {
  let index = 0;
  const frames = answers.flatMap(({ target, series, stepS }) =>
    series.map(({ labels, values }) => {
      const name = nameOf(target, labels);
      const filled = gaps(values, stepS);
      const field = configured(
        { name, values: filled.map(([, value]) => value), config: { displayName: name } },
        panel.fieldConfig,
        theme,
      );
      const frame = createDataFrame({
        refId: target.refId,
        fields: [{ name: 'Time', type: FieldType.time, config: {}, values: filled.map(([at]) => at * 1000) }, field],
      });
      // The colour goes by the place among all series.
      frame.fields[1].state = { seriesIndex: index++ };
      return frame;
    }),
  );
  for (const frame of frames) {
    const field = frame.fields[1];
    for (const calc of panel.options.legend.calcs)
      field.state = { ...field.state, calcs: reduceField({ field, reducers: [calc] }) };
  }
  if (frames.length === 0) return <Empty {...{ width, height, theme, text: panel.fieldConfig.defaults.noValue }} />;
  const [from, to] = [dateTime(time.from * 1000), dateTime(time.to * 1000)];
  return (
    <TimeSeries
      frames={frames}
      structureRev={1}
      width={width}
      height={height}
      timeRange={{ from, to, raw: { from, to } }}
      timeZone="utc"
      legend={panel.options.legend}
      options={panel.options}
    >
      {(builder) => {
        builder.addHook('draw', (plot) => drawEvents(plot, events, theme));
        return null;
      }}
    </TimeSeries>
  );
}

/** Dashed lines where something happened, and a veil for as long as it did: releases, alerts. */
function drawEvents(plot, events, theme) {
  const { ctx: context, bbox } = plot;
  context.save();
  context.setLineDash([4, 4]);
  for (const { at, end = at, colour } of events) {
    const [from, to] = [at, end].map((time) => plot.valToPos(time * 1000, 'x', true));
    context.strokeStyle = theme.visualization.getColorByName(colour);
    context.fillStyle = context.strokeStyle;
    context.globalAlpha = 0.02;
    context.fillRect(from, bbox.top, to - from, bbox.height);
    context.globalAlpha = 1;
    context.beginPath();
    for (const x of new Set([from, to])) {
      context.moveTo(x, bbox.top);
      context.lineTo(x, bbox.top + bbox.height);
    }
    context.stroke();
  }
  context.restore();
}

/** A missing step is a gap, and so is what is no number: Grafana draws nothing there. */
function gaps(values, stepS) {
  const drawn = values.map(([at, value]) => [at, Number.isFinite(value) ? value : null]);
  return drawn.flatMap((point, index) => {
    const before = drawn[index - 1];
    return before !== undefined && point[0] - before[0] > stepS * 1.5 ? [[before[0] + stepS, null], point] : [point];
  });
}
