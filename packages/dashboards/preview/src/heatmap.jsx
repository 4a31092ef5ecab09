import { formattedValueToString, getValueFormat } from '@grafana/data';
import { useEffect, useRef } from 'react';
import { Empty } from './empty.jsx';

const LEFT = 60;
const BOTTOM = 18;

/** Cells of buckets over time, the more the warmer: ours, since Grafana publishes no heatmap. */
export function Heatmap({ panel, answers, time, theme, width, height }) {
  const canvas = useRef(null);
  const series = (answers[0]?.series ?? []).toSorted((left, right) => bound(left) - bound(right));
  const unit = panel.options.yAxis.unit;
  useEffect(() => {
    if (canvas.current === null) return;
    draw(canvas.current.getContext('2d'), { series, time, theme, width, height, unit, stepS: answers[0].stepS });
  });
  if (series.length === 0) return <Empty {...{ width, height, theme, text: panel.fieldConfig.defaults.noValue }} />;
  return <canvas ref={canvas} width={width} height={height} />;
}

function draw(context, { series, time, theme, width, height, unit, stepS }) {
  // Buckets count what is up to their bound: a cell is what its bucket has and the one below has not.
  const below = new Map();
  const cells = series.map((bucket) =>
    bucket.values.map(([at, value]) => {
      const own = Math.max(0, value - (below.get(at) ?? 0));
      below.set(at, value);
      return [at, own];
    }),
  );
  const most = Math.max(...cells.flat().map(([, value]) => value), Number.MIN_VALUE);
  const rowHeight = (height - BOTTOM) / series.length;
  const x = (at) => LEFT + ((at - time.from) / (time.to - time.from)) * (width - LEFT);
  const format = getValueFormat(unit);
  context.clearRect(0, 0, width, height);
  context.font = '11px sans-serif';
  series.forEach((bucket, row) => {
    const y = height - BOTTOM - (row + 1) * rowHeight;
    for (const [at, value] of cells[row]) {
      if (value <= 0) continue;
      context.fillStyle = `hsl(${240 - 240 * Math.sqrt(value / most)} 80% 50%)`;
      context.fillRect(x(at - stepS), y, x(at) - x(at - stepS), rowHeight - 1);
    }
    context.fillStyle = theme.colors.text.secondary;
    context.textAlign = 'right';
    const label = bucket.labels.le === '+Inf' ? '+Inf' : formattedValueToString(format(bound(bucket)));
    if (rowHeight >= 11 || row % 2 === 0) context.fillText(label, LEFT - 6, y + rowHeight / 2 + 4);
  });
}

function bound({ labels }) {
  return labels.le === '+Inf' ? Infinity : Number(labels.le);
}
