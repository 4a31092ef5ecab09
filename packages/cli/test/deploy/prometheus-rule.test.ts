import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { REPOSITORY } from './image-tree.ts';
import { manifestsOf, problemsOf } from './kubernetes-schema.ts';

const text = readFileSync(join(REPOSITORY, 'prometheus/kubernetes/prometheusrule.yaml'), 'utf8');

it('is what the schema says, without a field that it does not know', () => {
  expect(manifestsOf(text).flatMap(problemsOf)).toEqual([]);
});

it('is refused with a field that is misspelt, with an alert without an expression, and with a duration that is none', () => {
  const problems = (changed: string): string[] => manifestsOf(changed).flatMap(problemsOf);
  expect(problems(text.replace('keep_firing_for:', 'keepFiringFor:')).join()).toMatch(/keepFiringFor is not known/);
  expect(problems(text.replace(/ expr: .*/, ' query: up')).length).toBeGreaterThan(0);
  expect(problems(text.replace('for: 10m', 'for: ten minutes'))).toHaveLength(1);
});

it('has the rules of the rule file', () => {
  const rules = parse(readFileSync(join(REPOSITORY, 'prometheus/rules/outrider.yml'), 'utf8')) as unknown;
  expect(manifestsOf(text).map(({ spec }) => spec)).toEqual([rules]);
});
