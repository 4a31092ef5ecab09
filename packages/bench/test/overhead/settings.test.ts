import { expect, test } from 'vitest';
import { frameworkNames, frameworks } from '../../src/overhead/frameworks/registry.ts';
import { readSettings, variantsOf } from '../../src/overhead/settings.ts';

test('without flags every variant of Express runs', () => {
  const settings = readSettings([]);
  expect(settings).toMatchObject({ frameworks: ['express'], rounds: 7, json: false });
  expect(variantsOf('express', settings)).toEqual([...frameworks.express.variants.keys()]);
});

test('flags are read', () => {
  const settings = readSettings(['--rounds', '3', '--requests=500', '--variants', 'bare, prom-client + response-time']);
  expect(settings).toMatchObject({ rounds: 3, requests: 500, variants: ['bare', 'prom-client + response-time'] });
});

test('of all frameworks each has the variants that it knows', () => {
  const settings = readSettings(['--framework', 'all', '--variants', 'bare,fastify-metrics']);
  expect(settings.frameworks).toEqual(frameworkNames);
  expect(variantsOf('fastify', settings)).toEqual(['bare', 'fastify-metrics']);
  expect(variantsOf('h2c', settings)).toEqual(['bare']);
});

test.each([
  [['--rounds', '0'], '--rounds is 0'],
  [['--requests', '1e3'], '--requests is 1e3'],
  [['--variants', 'bare,koa'], '--variants names koa'],
  [['--framework', 'koa', '--variants', 'express-prom-bundle'], '--variants names express-prom-bundle'],
  [['--framework', 'hapi'], '--framework is hapi'],
  [['--round', '3'], '--round'],
])('%j is refused', (parameters, message) => {
  expect(() => readSettings(parameters)).toThrow(message);
});

test('every framework has the bare application first and Outrider beside it, with both headers', () => {
  for (const { variants } of Object.values(frameworks)) {
    expect([...variants.keys()].slice(0, 2)).toEqual(['bare', 'outrider']);
    expect(variants.get('outrider')?.headers).toEqual(['x-response-time', 'x-request-id']);
  }
});
