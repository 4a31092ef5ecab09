import { expect, test } from 'vitest';
import { rowsOf, runCommand } from '../run-command.ts';

test('bench:allocations measures records, requests and functions', { timeout: 60_000 }, async () => {
  const parameters = ['--rounds', '1', '--records', '2000', '--requests', '300', '--warm-up', '100'];
  const rows = rowsOf(await runCommand('allocations', parameters));
  const own = (variant: string): number => Number(rows.findLast(([name]) => name === variant)!.at(-1));
  expect(own('bare')).toBe(0);
  expect(own('outrider')).toBeGreaterThan(100);
  expect(rows.at(-1)![0]).toMatch(/^[#\w(].* \([\w/-]+\.ts\)$/);
  const [, sampled] = rows.find(([name]) => name === 'otel')!;
  expect(Number(sampled)).toBeGreaterThan(100);
});
