import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { rulesFile } from '../../src/outputs/rules-file.ts';
import { alertRules } from '../../src/rules/groups.ts';
import { allCases } from './all-cases.ts';
import { testRules } from './promtool.ts';
import { isReadBy, proofOf, provenConfig, ruleKey } from './proof.ts';

const { groups } = parse(rulesFile(provenConfig)) as {
  readonly groups: ReadonlyArray<{ readonly name: string; readonly rules: ReadonlyArray<{ readonly alert?: string }> }>;
};

/** The group of an alert and what it reads. */
function rulesFor(alert: string): string {
  const needed = groups.filter(
    ({ name, rules }) => isReadBy(alert, name) || rules.some((rule) => rule.alert === alert),
  );
  return stringify({ groups: needed }, { lineWidth: 0 });
}

describe.each(allCases)('$alert', (proof) => {
  const rules = rulesFor(proof.alert);
  const { fires, silent, resolves, reset } = proofOf(proof);

  it('fires with its labels and annotations, and not a minute before', async () => {
    expect(await testRules(rules, fires)).toBe('');
  });

  it('is silent just under the threshold, without traffic and without history', async () => {
    expect(await testRules(rules, silent)).toBe('');
  });

  it('is over when what it is about is over', async () => {
    expect(await testRules(rules, resolves)).toBe('');
  });

  if (reset === undefined) return;
  it('does not mind a restart', async () => {
    expect(await testRules(rules, [reset])).toBe('');
  });
});

it('no alert is without a proof, of several with one name none either', () => {
  const alerts = alertRules(provenConfig).map(({ alert, labels = {} }) => ruleKey(alert, labels));
  expect(new Set(alerts).size).toBe(alerts.length);
  expect(new Set(allCases.map(({ alert, says }) => ruleKey(alert, says.labels)))).toEqual(new Set(alerts));
});
