import { flagOf, settingKeys } from '@outrider/sidecar';
import { expect, it } from 'vitest';
import { sidecarUsage } from '../src/sidecar-usage.ts';

it('tells every flag, in lines that fit into a terminal', () => {
  const lines = sidecarUsage().split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  const flags = settingKeys.filter((key) => key !== 'token').map((key) => `  --${flagOf(key)}`);
  expect(lines).toEqual(expect.arrayContaining(['  --config', '  --check', '  --health', '  (no flag)', ...flags]));
});
