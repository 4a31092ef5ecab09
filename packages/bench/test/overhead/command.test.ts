import { expect, test } from 'vitest';
import { frameworkNames, frameworks } from '../../src/overhead/frameworks/registry.ts';
import { rowsOf, runCommand } from '../run-command.ts';

const FEW = ['--rounds', '1', '--requests', '60', '--warm-up', '20', '--connections', '3'];

test.each(frameworkNames)('every variant of %s serves requests and records them', { timeout: 60_000 }, async (name) => {
  const [, ...rows] = rowsOf(await runCommand('overhead', ['--framework', name, ...FEW]));
  expect(rows.map(([variant]) => variant)).toEqual([...frameworks[name].variants.keys()]);
});

test('several frameworks have a table each', { timeout: 60_000 }, async () => {
  const printed = await runCommand('overhead', ['--framework', 'all', '--variants', 'bare', ...FEW]);
  for (const { title } of Object.values(frameworks)) expect(printed).toContain(`${title}\n\n| variant`);
});
