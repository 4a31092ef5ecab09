import { describe, expect, test } from 'vitest';
import { FRAMEWORKS, SUBJECTS, reasonAgainst, runCase } from '../src/index.ts';

// What the frameworks are held to: so many cases each, whatever cannot exist there.
const AT_LEAST = 45;

const CASES = SUBJECTS.flatMap(({ title, cases }) => cases.map((one) => ({ title: `${title}: ${one.name}`, one })));

describe.each(FRAMEWORKS)('$name', (framework) => {
  const applicable = CASES.filter(({ one }) => reasonAgainst(one, framework) === undefined);

  test(`has ${AT_LEAST} cases or more`, () => {
    expect(applicable.length).toBeGreaterThanOrEqual(AT_LEAST);
  });

  test.each(applicable)('$title', ({ one }) => runCase(one, framework));
});
