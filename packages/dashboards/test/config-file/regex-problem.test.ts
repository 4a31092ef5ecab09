import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { regexProblem } from '../../src/config-file/regex-problem.ts';

const FITTING = [
  'shop-.*',
  '(?i)shop|cart',
  '(?i:shop)-.*',
  '(?P<name>a)b',
  String.raw`shop-\d+\.eu`,
  String.raw`a\\1`,
  'a{1,1000}',
  'a{',
  '[^a]?]',
  '',
];
const REFUSED: ReadonlyArray<readonly [pattern: string, problem: string]> = [
  ['(?!test).*', 'has (?!'],
  ['.*(?<=x)', 'has (?<='],
  [String.raw`(a)\1`, String.raw`has \1`],
  [String.raw`a\y`, String.raw`has \y`],
  ['a{2000}', 'repeats something more than 1000 times'],
  ['a{1,1001}', 'repeats something more than 1000 times'],
  ['[]', 'has []'],
  ['[^]', 'has [^]'],
  ['(', 'is none'],
  ['a++', 'is none'],
  ['a\\', 'has '],
];

it.each(REFUSED)('%j is refused: it %s', (pattern, problem) => {
  expect(regexProblem(pattern)).toContain(problem);
});

it.each(FITTING)('%j is a regular expression', (pattern) => {
  expect(regexProblem(pattern)).toBeUndefined();
});

it('says what Prometheus says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-regex-'));
  const accepts = (patterns: readonly string[]): boolean => {
    const rules = patterns.map((pattern) => ({ record: 'a:b', expr: `up{job=~${JSON.stringify(pattern)}}` }));
    const file = join(folder, 'rules.yml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'some', rules }] }));
    try {
      execFileSync('promtool', ['check', 'rules', '--lint=none', file], { stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  };
  try {
    expect(accepts(FITTING)).toBe(true);
    for (const [pattern] of REFUSED) expect(accepts([pattern]), pattern).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
