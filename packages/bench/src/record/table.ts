import { renderTable, withRange } from '../harness/table.ts';
import { shareOf, spreadOf } from '../harness/within-rounds.ts';
import { SERIES_COUNTS } from '../subjects/series.ts';
import { RECORDERS } from './round.ts';
import type { RecordRound } from './round.ts';

const HEAD = ['recorder', 'series', 'ns/record', '(min–max)', '÷ otel’s', '(min–max)', '÷ typed arrays’'];

/** Writes the rounds as a Markdown table. */
export function renderRecords(rounds: readonly RecordRound[]): string {
  const rows = SERIES_COUNTS.flatMap((series) => {
    const figures = rounds.map((round) => round[series]!);
    return RECORDERS.map((name) => [
      name,
      String(series),
      ...withRange(spreadOf(figures, name), 0),
      ...withRange(shareOf(figures, name, 'otel'), 2),
      shareOf(figures, name, 'typed arrays')?.median.toFixed(1) ?? '',
    ]);
  });
  return renderTable(HEAD, rows);
}
