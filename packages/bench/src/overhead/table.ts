import type { Comparison } from './comparison.ts';
import type { Spread } from './statistics.ts';

const HEAD = [
  'variant',
  'CPU µs/request',
  '(min–max)',
  '× bare',
  'added µs',
  '(min–max)',
  'added ÷ otel’s',
  '(min–max)',
  'requests/s',
  'RSS MB',
];

/** Writes a comparison as a Markdown table. */
export function renderTable(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((comparison) => [
    comparison.variant,
    ...withRange(comparison.cpuMicros, 1),
    comparison.ratioToBare?.median.toFixed(2) ?? '',
    ...withRange(comparison.addedMicros, 1),
    ...withRange(comparison.addedToOtel, 2),
    comparison.requestsPerSecond.toFixed(0),
    (comparison.residentBytes / 1e6).toFixed(0),
  ]);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  // Names to the left, figures to the right.
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(HEAD), rule, ...rows.map(line)].join('\n');
}

function withRange(values: Spread | undefined, digits: number): [string, string] {
  if (values === undefined) return ['', ''];
  const { median, min, max } = values;
  return [median.toFixed(digits), `${min.toFixed(digits)}–${max.toFixed(digits)}`];
}
