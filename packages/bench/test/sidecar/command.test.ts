import { expect, test } from 'vitest';
import { rowsOf, runCommand } from '../run-command.ts';

test('bench:sidecar measures it steady, scraped, taking in and growing', { timeout: 60_000 }, async () => {
  const printed = await runCommand('sidecar', ['--seconds', '1', '--scrapes', '2', '--series', '2000']);
  const rows = rowsOf(printed).filter(([name]) => name === 'outrider sidecar');
  const [steady, scrape, first, second] = rows.map((cells) => cells.slice(1).map(Number));
  expect(steady![0]).toBeGreaterThan(1000);
  // Steady and growth: it forks nothing, and what it shows grows with the number of series.
  expect(steady![3]).toBe(0);
  expect(scrape).toEqual(first);
  // The host's own series may be one collector more or less.
  expect(Math.abs(second![0]! - first![0]! - 1000)).toBeLessThan(200);
  const [, ingest] = rowsOf(printed.slice(printed.indexOf('Taking in')));
  expect(Number(ingest![1])).toBeGreaterThan(5000);
  expect(ingest![2]).toBe(ingest![1]);
  expect(ingest![3]).toBe('0');
});
