import { median, spread } from '../harness/statistics.ts';
import { renderTable } from '../harness/table.ts';
import { SERIES_COUNTS } from '../subjects/series.ts';
import { PUSHERS } from './round.ts';
import type { Pushes } from './round.ts';

const HEAD = [
  'pushed by',
  'series',
  'longest stretch ms',
  '(max)',
  'its CPU ms',
  '(max)',
  'first push ms',
  'its CPU ms',
  'CPU ms/push',
  'kB/push',
];

/** Writes the rounds as a Markdown table: medians over all pushes of all rounds, and the longest. */
export function renderPushes(rounds: ReadonlyArray<readonly Pushes[]>): string {
  const rows = SERIES_COUNTS.flatMap((series) =>
    PUSHERS.map((name) => {
      const runs = rounds.flat().filter((run) => run.name === name && run.series === series);
      const stretches = runs.flatMap((run) => run.stretches);
      const wall = spread(stretches.map((stretch) => stretch.wall));
      const cpu = spread(stretches.map((stretch) => stretch.cpu));
      return [
        name,
        String(series),
        wall.median.toFixed(2),
        wall.max.toFixed(2),
        cpu.median.toFixed(2),
        cpu.max.toFixed(2),
        median(runs.map(({ first }) => first.wall)).toFixed(2),
        median(runs.map(({ first }) => first.cpu)).toFixed(2),
        median(runs.flatMap(({ sums }) => sums.map((sum) => sum.cpu))).toFixed(2),
        (median(runs.map(({ bytes }) => bytes)) / 1000).toFixed(0),
      ];
    }),
  );
  return renderTable(HEAD, rows);
}
