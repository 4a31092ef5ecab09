import type { Spread } from './statistics.ts';

/** Writes a Markdown table: names in the first column, to the left, and figures in the others, to the right. */
export function renderTable(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** Median and range as two cells of a table, empty if there is nothing to say. */
export function withRange(values: Spread | undefined, digits: number): [string, string] {
  if (values === undefined) return ['', ''];
  const { median, min, max } = values;
  return [median.toFixed(digits), `${min.toFixed(digits)}–${max.toFixed(digits)}`];
}
