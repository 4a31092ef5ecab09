import { expect, test } from 'vitest';
import { rowsOf, runCommand } from '../run-command.ts';

test('bench:record measures every recorder at 160 and at 2000 series', { timeout: 60_000 }, async () => {
  const printed = await runCommand('record', ['--rounds', '1', '--records', '5000', '--warm-up', '5000']);
  const [head, ...rows] = rowsOf(printed);
  expect(head).toEqual(['recorder', 'series', 'ns/record', '(min–max)', '÷ otel’s', '(min–max)', '÷ typed arrays’']);
  expect(rows.map(([name, series]) => `${name} ${series}`)).toEqual(
    ['160', '2000'].flatMap((series) =>
      ['outrider', 'otel', 'otel, the same histograms', 'prom-client', 'prom-client, labels()', 'typed arrays'].map(
        (name) => `${name} ${series}`,
      ),
    ),
  );
  for (const [, , nanoseconds] of rows) expect(Number(nanoseconds)).toBeGreaterThan(0);
  expect(printed).toContain('rounds 1, records 5000, warm-up 5000, seed 1');
});

test('a flag that is not known ends it with its name', async () => {
  await expect(runCommand('record', ['--record', '3'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--record'),
  });
});
