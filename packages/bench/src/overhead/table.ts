import { renderTable, withRange } from '../harness/table.ts';
import type { Comparison } from './comparison.ts';

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
export function renderComparison(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((comparison) => [
    comparison.variant,
    ...withRange(comparison.cpuMicros, 1),
    comparison.ratioToBare?.median.toFixed(2) ?? '',
    ...withRange(comparison.addedMicros, 1),
    ...withRange(comparison.addedToOtel, 2),
    comparison.requestsPerSecond.toFixed(0),
    (comparison.residentBytes / 1e6).toFixed(0),
  ]);
  return renderTable(HEAD, rows);
}
