import { spread } from '../harness/statistics.ts';
import { renderTable, withRange } from '../harness/table.ts';
import { spreadOf } from '../harness/within-rounds.ts';
import { RECORDERS, STARTS } from './round.ts';
import type { MemoryRound } from './round.ts';

const SERIES_HEAD = ['recorder', 'bytes/series', '(min–max)', 'after a reading', '(min–max)'];
const START_HEAD = ['started', 'RSS MB', '(min–max)', 'more than bare MB', '(min–max)'];

/** Writes the rounds as two Markdown tables: of a series, and of a process. */
export function renderMemory(rounds: readonly MemoryRound[]): string {
  const recorded = rounds.map((round) => round.recorded);
  const read = rounds.map((round) => round.read);
  const series = RECORDERS.map((name) => [
    name,
    ...withRange(spreadOf(recorded, name), 0),
    ...withRange(spreadOf(read, name), 0),
  ]);
  const starts = STARTS.map((name) => {
    const megabytes = rounds.map(({ resident }) => resident[name]! / 1e6);
    const more = rounds.map(({ resident }) => (resident[name]! - resident['bare']!) / 1e6);
    return [name, ...withRange(spread(megabytes), 1), ...withRange(name === 'bare' ? undefined : spread(more), 1)];
  });
  return `${renderTable(SERIES_HEAD, series)}\n\n${renderTable(START_HEAD, starts)}`;
}
