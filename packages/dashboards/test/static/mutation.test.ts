import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { bundleOf } from './bundle.ts';
import { checks } from './checks.ts';
import type { CheckName } from './checks.ts';
import { dashboardMutations } from './dashboard-mutations.ts';
import { queryMutations } from './query-mutations.ts';
import { schemaMutations } from './schema-mutations.ts';

const whole = bundleOf(defaultConfig);

const known = new Map<CheckName, readonly string[]>();

function problemsOf(check: CheckName): readonly string[] {
  const problems = known.get(check) ?? checks[check](whole);
  known.set(check, problems);
  return problems;
}

describe('a fault is found', () => {
  it.each([...queryMutations, ...dashboardMutations, ...schemaMutations])('$name', ({ spoil, found }) => {
    const spoilt = structuredClone(whole);
    spoil(spoilt);
    // What is wrong without the fault does not count.
    const before = problemsOf(found);
    expect(checks[found](spoilt).filter((problem) => !before.includes(problem))).not.toEqual([]);
  });
});

it('every check finds some fault', () => {
  const proven = new Set([...queryMutations, ...dashboardMutations, ...schemaMutations].map(({ found }) => found));
  expect(Object.keys(checks).filter((name) => !proven.has(name as CheckName))).toEqual([]);
});
