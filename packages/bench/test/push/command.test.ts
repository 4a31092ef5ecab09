import { expect, test } from 'vitest';
import { rowsOf, runCommand } from '../run-command.ts';

test('bench:push measures Outrider and OpenTelemetry at 160 and at 2000 series', { timeout: 60_000 }, async () => {
  const [, ...rows] = rowsOf(await runCommand('push', ['--rounds', '1', '--pushes', '2']));
  expect(rows.map(([name, series]) => `${name} ${series}`)).toEqual([
    'outrider 160',
    'otel, the same histograms 160',
    'nothing 160',
    'outrider 2000',
    'otel, the same histograms 2000',
    'nothing 2000',
  ]);
  const kilobytes = (row: number): number => Number(rows[row]!.at(-1));
  expect(kilobytes(0)).toBeGreaterThan(10);
  expect(kilobytes(3)).toBeGreaterThan(5 * kilobytes(0));
  expect(kilobytes(2)).toBe(0);
});
