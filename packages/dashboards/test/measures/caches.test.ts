import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { CACHE, cacheEnabled, cacheErrors, cacheFullness, hitRatio } from '../../src/measures/caches.ts';
import { narrowed, panelScope, ruleScope } from '../../src/scope.ts';
import { counter, gauge } from '../rules/course.ts';
import { evaluate } from './measure.ts';

const scope = panelScope(defaultConfig);
const labels = (name: string, more = ''): string => `cache_name="${name}",instance="web-1",job="shop"${more}`;
const lookups = (name: string, result: string, perMinute: number, more = ''): readonly [string, string] => [
  `cache_operations_total{cache_operation="get",cache_result="${result}",${labels(name, more)}}`,
  counter([perMinute, 15]),
];
const of = (name: string): string => `{cache_name="${name}",job="shop"}`;

it('is 0 where everything is missed, and nothing where nothing is looked up', async () => {
  const samples = Object.fromEntries([
    lookups('products', 'hit', 30),
    lookups('products', 'miss', 10),
    lookups('cold', 'miss', 10),
    lookups('idle', 'hit', 0),
    lookups('idle', 'miss', 0),
  ]);
  const expected = { [of('products')]: 0.75, [of('cold')]: 0 };
  for (const where of [scope, ruleScope(defaultConfig, '5m')])
    expect(await evaluate(samples, [[`(${hitRatio(where)}) >= 0`, expected]])).toBe('');
  expect(await evaluate(samples, [[hitRatio(scope, ''), { '{}': 0.6 }]])).toBe('');
});

it('tells the tiers of a cache apart', async () => {
  const tier = (name: string): string => `,cache_tier="${name}"`;
  const samples = Object.fromEntries([
    lookups('products', 'hit', 30, tier('L1')),
    lookups('products', 'miss', 10, tier('L1')),
    lookups('products', 'hit', 2, tier('L2')),
    lookups('products', 'miss', 8, tier('L2')),
  ]);
  const expected = {
    '{cache_name="products",cache_tier="L1",job="shop"}': 0.75,
    '{cache_name="products",cache_tier="L2",job="shop"}': 0.2,
  };
  expect(await evaluate(samples, [[hitRatio(scope, CACHE), expected]])).toBe('');
  // Of the whole: 40 lookups, of which 30 found it in the first tier and 2 in the second one.
  expect(await evaluate(samples, [[hitRatio(scope), { [of('products')]: 0.8 }]])).toBe('');
  expect(await evaluate(samples, [[hitRatio(scope, ''), { '{}': 0.8 }]])).toBe('');
});

it('knows how full those caches are that have a limit', async () => {
  const samples = {
    [`cache_entries{${labels('products', ',worker="0"')}}`]: gauge([100, 15]),
    [`cache_entries{${labels('products', ',worker="1"')}}`]: gauge([50, 15]),
    [`cache_entries_limit{${labels('products', ',worker="0"')}}`]: gauge([100, 15]),
    [`cache_entries_limit{${labels('products', ',worker="1"')}}`]: gauge([100, 15]),
    [`cache_entries{${labels('unbounded')}}`]: gauge([1_000_000, 15]),
  };
  expect(await evaluate(samples, [[cacheFullness(scope), { [of('products')]: 0.75 }]])).toBe('');
});

it('is off as soon as one process has it off', async () => {
  const samples = {
    [`cache_enabled{${labels('products', ',worker="0"')}}`]: gauge([1, 15]),
    [`cache_enabled{${labels('products', ',worker="1"')}}`]: gauge([0, 15]),
    [`cache_enabled{${labels('sessions')}}`]: gauge([1, 15]),
  };
  expect(await evaluate(samples, [[cacheEnabled(scope), { [of('products')]: 0, [of('sessions')]: 1 }]])).toBe('');
});

it('counts the errors of the caches that are chosen', async () => {
  const errors = (name: string): readonly [string, string] => [
    `cache_operations_total{cache_result="error",${labels(name)}}`,
    counter([6, 15]),
  ];
  const samples = Object.fromEntries([errors('products'), errors('sessions')]);
  const chosen = narrowed(scope, { 'cache.name': '=~"$cache"' });
  const one = { cache: 'products' };
  expect(await evaluate(samples, [[cacheErrors(chosen, 'rate'), { [of('products')]: 0.1 }]], one)).toBe('');
});
