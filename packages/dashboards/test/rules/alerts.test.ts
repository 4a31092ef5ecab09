import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig } from '../../src/config.ts';
import { alertRules } from '../../src/rules/groups.ts';
import { rulesFile } from '../../src/outputs/rules-file.ts';
import type { AlertCase, Samples } from './alert-case.ts';
import { RUNBOOKS } from './annotations.ts';
import { availabilityCases } from './availability-cases.ts';
import { hostCases } from './host-cases.ts';
import { testRules } from './promtool.ts';
import { regressionCases } from './regression-cases.ts';
import { requestCases } from './request-cases.ts';
import { resourceCases } from './resource-cases.ts';
import { sloCases } from './slo-cases.ts';
import type { Course, ExpressionCheck } from './promtool.ts';

const { thresholds } = defaultConfig;
// With the alert that is off unless somebody names a floor.
const config: DashboardConfig = {
  ...defaultConfig,
  urls: { ...defaultConfig.urls, runbooks: RUNBOOKS },
  // That of promtool's clock here, which the count of bad requests goes by.
  evaluationIntervalS: 60,
  thresholds: { ...thresholds, throughput: { ...thresholds.throughput, floor: 800 } },
};
const { groups } = parse(rulesFile(config)) as {
  readonly groups: ReadonlyArray<{ readonly name: string; readonly rules: ReadonlyArray<{ readonly alert?: string }> }>;
};

/** The group of an alert and what it reads: to evaluate all of them each minute takes several times as long. */
function rulesFor(alert: string): string {
  const needed = groups.filter(
    ({ name, rules }) =>
      name === 'outrider-rates' ||
      (name === 'outrider-slo' && alert.startsWith('ErrorBudget')) ||
      (name === 'outrider-releases' && alert === 'ReleaseRegression') ||
      rules.some((rule) => rule.alert === alert),
  );
  return stringify({ groups: needed }, { lineWidth: 0 });
}

const cases: readonly AlertCase[] = [
  ...hostCases,
  ...requestCases,
  ...resourceCases,
  ...regressionCases,
  ...sloCases,
  ...availabilityCases,
];

const LONG = 1_000;

describe.each(cases)('$alert', (proof) => {
  const { alert, says, firesAt, pendingMinutes } = proof;
  const rules = rulesFor(alert);
  // Alerts of one name, one a window, are told apart by it.
  const { window } = says.labels;
  const which = window === undefined ? '' : `,window="${window}"`;
  const alerts = (state: 'pending' | 'firing', minute: number, expected: boolean): ExpressionCheck => ({
    minute,
    expr: `count(ALERTS{alertname="${alert}",alertstate="${state}"${which}})`,
    expected: expected ? [{ labels: '{}', value: 1 }] : [],
  });
  const never = (name: string, samples: Samples): Course => ({
    name,
    samples,
    expressions: minutes(samples).map((minute) => alerts('firing', minute, false)),
  });

  it('fires with its labels and annotations, and not a minute before', async () => {
    const fired = { exp_labels: says.labels, exp_annotations: says.annotations };
    const pendingFrom = firesAt - pendingMinutes;
    const expressions = [alerts('firing', firesAt - 1, false)];
    if (pendingMinutes > 0) {
      for (const minute of [pendingFrom - 1, pendingFrom, firesAt - 1]) {
        if (minute >= 0) expressions.push(alerts('pending', minute, minute >= pendingFrom));
      }
    }
    const course: Course = {
      name: 'over',
      samples: proof.over,
      alerts: [{ minute: firesAt, alert, expected: [fired] }],
      expressions,
    };
    expect(await testRules(rules, [course])).toBe('');
  });

  it('is silent just under the threshold, without traffic and without history', async () => {
    const courses = [never('under', proof.under), never('no history', proof.fresh ?? {})];
    if (proof.idle !== undefined) courses.push(never('idle', proof.idle));
    expect(await testRules(rules, courses)).toBe('');
  });

  it('is over when what it is about is over', async () => {
    const { samples, at } = proof.resolves;
    const expressions = [alerts('firing', at - 1, true), alerts('firing', at, false)];
    expect(await testRules(rules, [{ name: 'resolves', samples, expressions }])).toBe('');
  });

  const { reset } = proof;
  if (reset === undefined) return;
  it('does not mind a restart', async () => {
    const { samples, fires } = reset;
    const expressions = minutes(samples)
      .filter((minute) => minute >= firesAt)
      .map((minute) => alerts('firing', minute, fires));
    expect(await testRules(rules, [{ name: 'reset', samples, expressions }])).toBe('');
  });
});

it('no alert is without a proof, of several with one name none either', () => {
  const which = (alert: string, { window, server }: Readonly<Record<string, string>>): string =>
    [alert, window, server].join(' ');
  const alerts = alertRules(config).map(({ alert, labels = {} }) => which(alert, labels));
  expect(new Set(alerts).size).toBe(alerts.length);
  expect(new Set(cases.map(({ alert, says }) => which(alert, says.labels)))).toEqual(new Set(alerts));
});

/** Every minute of a course. */
function minutes(samples: Samples): number[] {
  const lengths = Object.values(samples).map((values) => values.split(' ').length);
  return Array.from({ length: Math.min(LONG, Math.max(1, ...lengths)) }, (_, minute) => minute);
}
