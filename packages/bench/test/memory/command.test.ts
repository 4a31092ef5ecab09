import { expect, test } from 'vitest';
import { rowsOf, runCommand } from '../run-command.ts';

test('bench:memory measures series and starts', { timeout: 60_000 }, async () => {
  const rows = rowsOf(await runCommand('memory', ['--rounds', '1', '--series', '160']));
  expect(rows.map(([name]) => name)).toEqual([
    'recorder',
    'outrider',
    'otel',
    'otel, the same histograms',
    'prom-client',
    'started',
    'bare',
    'outrider',
    'prom-client',
    'otel',
  ]);
  for (const [, bytes] of rows.slice(1, 5)) expect(Number(bytes)).toBeGreaterThan(100);
  for (const [, megabytes] of rows.slice(6)) expect(Number(megabytes)).toBeGreaterThan(20);
});
