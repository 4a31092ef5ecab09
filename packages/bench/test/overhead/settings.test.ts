import { expect, test } from 'vitest';
import { readSettings } from '../../src/overhead/settings.ts';
import { variantNames } from '../../src/overhead/variants/registry.ts';

test('without flags every variant runs', () => {
  expect(readSettings([])).toMatchObject({ rounds: 7, variants: variantNames, json: false });
});

test('flags are read', () => {
  const settings = readSettings(['--rounds', '3', '--requests=500', '--variants', 'bare, prom-client + response-time']);
  expect(settings).toMatchObject({ rounds: 3, requests: 500, variants: ['bare', 'prom-client + response-time'] });
});

test.each([
  [['--rounds', '0'], '--rounds is 0'],
  [['--requests', '1e3'], '--requests is 1e3'],
  [['--variants', 'bare,koa'], '--variants names koa'],
  [['--round', '3'], '--round'],
])('%j is refused', (parameters, message) => {
  expect(() => readSettings(parameters)).toThrow(message);
});
