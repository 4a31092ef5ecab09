import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { rulesFile } from '../../src/outputs/rules-file.ts';
import { allCases } from './all-cases.ts';
import { EQUIVALENT } from './equivalent-mutations.ts';
import type { Samples } from './alert-case.ts';
import { testRules } from './promtool.ts';
import type { Course } from './promtool.ts';
import { isReadBy, proofOf, provenConfig, ruleKey } from './proof.ts';
import type { Proof } from './proof.ts';
import { ruleMutations } from './rule-mutations.ts';
import type { RuleMutation } from './rule-mutations.ts';

interface WrittenRule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const { groups } = parse(rulesFile(provenConfig)) as {
  readonly groups: ReadonlyArray<{ readonly name: string; readonly rules: readonly WrittenRule[] }>;
};
const alerts = groups.flatMap(({ rules }) => rules.filter(({ alert }) => alert !== undefined));

/** Those whose courses are long, or whose expressions are. */
const EXPENSIVE = /^(?:ReleaseRegression|LatencyRegression|MemoryGrowth|ErrorBudgetBurnTicket 3d)$/;

/** Every how many mutations one is tried: each with OUTRIDER_ALL_MUTATIONS=1, which takes twice as long. */
const step = (key: string): number => {
  if (process.env['OUTRIDER_ALL_MUTATIONS'] === '1') return 1;
  return EXPENSIVE.test(key) ? 6 : 2;
};

/** The name of a mutant, by which promtool tells what it complains of. */
const mutant = (index: number): string => `Mutant${index}x`;

describe.each(alerts.map((rule) => [ruleKey(rule.alert ?? '', rule.labels ?? {}), rule] as const))(
  '%s',
  (key, rule) => {
    const { expr, for: pending = '0m', keep_firing_for: keeps } = rule;
    const mutations = ruleMutations({
      expr,
      for: pending,
      ...(keeps !== undefined && { keepFiringFor: keeps }),
    }).filter((_, index) => index % step(key) === 0);
    // The short ones first: they find most, and what is left is tried in the others.
    const courses = allCases
      .filter((proof) => ruleKey(proof.alert, proof.says.labels) === key)
      .flatMap((proof) => coursesOf(proofOf(proof)).map((course, index) => [proof, index, effort(course)] as const))
      .toSorted(([, , one], [, , other]) => one - other);

    it('each small fault of it is found', { timeout: 120_000 }, async () => {
      const survivors = new Set(mutations.keys());
      const seen = new Set<Samples>();
      for (const [proof, course] of courses) {
        const { samples } = coursesOf(proofOf(proof))[course]!;
        // The same of another case says nothing new, and what was found needs no other course.
        if (survivors.size === 0 || (course > 0 && seen.has(samples))) continue;
        seen.add(samples);
        const tried = [...survivors].map((index) => coursesOf(proofOf(proof, mutant(index)))[course]!);
        const together: Course = {
          name: proof.alert,
          samples,
          alerts: tried.flatMap(({ alerts: checks = [] }) => checks),
          expressions: tried.flatMap(({ expressions = [] }) => expressions),
        };
        const said = await testRules(mutantRules(rule, mutations, survivors), [together]);
        for (const [, index] of said.matchAll(/Mutant(\d+)x/g)) survivors.delete(Number(index));
      }
      const left = [...survivors].map((index) => mutations[index]?.name);
      const names = new Set(mutations.map(({ name }) => name));
      expect(left).toEqual(Object.keys(EQUIVALENT[key] ?? {}).filter((name) => names.has(name)));
    });
  },
);

function coursesOf({ fires, silent, resolves, reset }: Proof): readonly Course[] {
  return [...fires, ...silent, ...resolves, ...(reset === undefined ? [] : [reset])];
}

/** How much there is to evaluate in a course. */
function effort({ samples, expressions = [] }: Course): number {
  return Object.keys(samples).length * Math.max(0, ...expressions.map(({ minute }) => minute));
}

/** The rules that an alert reads, and some of the mutants of it. */
function mutantRules(rule: WrittenRule, mutations: readonly RuleMutation[], chosen: ReadonlySet<number>): string {
  const mutants = [...chosen].map((index) => {
    const { expr, for: pending, keepFiringFor } = mutations[index]!;
    return {
      ...rule,
      alert: mutant(index),
      expr,
      for: pending,
      ...(keepFiringFor !== undefined && { keep_firing_for: keepFiringFor }),
    };
  });
  const read = groups.filter(({ name }) => isReadBy(rule.alert ?? '', name));
  return stringify({ groups: [...read, { name: 'mutants', rules: mutants }] }, { lineWidth: 0 });
}
