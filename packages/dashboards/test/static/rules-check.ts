import { parsedOrNothing } from './bundle.ts';
import type { Check, Rule } from './bundle.ts';
import { knownSeries } from './known-series.ts';
import { parts, seconds, within } from './promql.ts';
import type { Expression } from './promql.ts';
import { labelsOf } from './result-labels.ts';
import type { Known } from './result-labels.ts';

const COMPARISONS = new Set(['>', '<', '>=', '<=', '==', '!=']);
const SEVERITIES = new Set(['critical', 'warning', 'info']);
const ACTIONS = new Set(['page', 'ticket', 'scale', 'restart', 'rollback', 'look']);
// What Prometheus looks back for a value: with longer steps between them, recorded series have gaps.
const LOOKBACK_S = 300;

/** Alerts say what they mean, by labels that they have, and can be silent. */
export const rulesAreSound: Check = ({ groups }) => {
  const known = knownSeries(groups);
  const rules = groups.flatMap((group) => group.rules);
  return [
    ...groups.flatMap(({ name, interval }) =>
      seconds(interval) <= LOOKBACK_S ? [] : [`${name}: evaluated every ${interval}, so that its series have gaps`],
    ),
    ...rules.flatMap((rule) => (rule.alert === undefined ? ofRecording(rule) : ofAlert(rule, known))),
    ...twice(rules.map(({ record, alert, labels }) => record ?? `${alert} ${JSON.stringify(labels)}`)),
  ];
};

function ofRecording({ record = '', expr }: Rule): readonly string[] {
  const problems: string[] = [];
  if (!/^\w+:\w+(?::\w+)?$/.test(record)) problems.push(`${record}: not named level:metric:operations`);
  if (parsedOrNothing(expr).length === 0) problems.push(`${record}: no PromQL`);
  return problems;
}

function ofAlert({ alert = '', expr, labels = {}, annotations = {}, for: pending = '' }: Rule, known: Known): string[] {
  const problems: string[] = [];
  const say = (what: string): number => problems.push(`${alert}: ${what}`);
  const [parsed] = parsedOrNothing(expr);
  if (parsed === undefined) return [`${alert}: no PromQL`];
  if (!SEVERITIES.has(labels['severity'] ?? '')) say('no severity');
  if (!labels['signal'] || !labels['kind']) say('no signal or kind');
  for (const name of ['summary', 'description', 'action', 'runbook_url', 'dashboard_url'])
    if (!annotations[name]) say(`no ${name}`);
  if (!ACTIONS.has(annotations['action'] ?? '')) say(`unknown action ${annotations['action']}`);
  if (!Number.isFinite(seconds(pending))) say('no `for`');
  const own = new Set([...labelsOf(parsed, known), ...Object.keys(labels)]);
  const some = new Set(alternatives(parsed).flatMap((one) => [...labelsOf(one, known)]));
  for (const text of Object.values(annotations)) {
    const asked = new Set([...text.matchAll(/\{\{ if \$labels\.(\w+) \}\}/g)].map(([, label]) => label));
    for (const [, label = ''] of text.matchAll(/\$labels\.(\w+)/g))
      if (!own.has(label) && !(asked.has(label) && some.has(label)))
        say(`the text names ${label}, which the expression does not keep`);
  }
  if (!/\$value/.test(`${annotations['summary']}${annotations['description']}`) && alertsOnValue(parsed))
    say('the text does not say the value');
  if (![...within(parsed)].some((part) => part.kind === 'binary' && COMPARISONS.has(part.operator)))
    say('no comparison: it would fire for whatever there is');
  if ([...within(parsed)].some((part) => part.kind === 'call' && part.name === 'absent') && seconds(pending) === 0)
    say('absent without `for`');
  if (choosesItsValue(parsed)) say('the value is one of topk, which changes its labels while it fires');
  return problems;
}

// Of 0 and 1 there is nothing to say.
function alertsOnValue(of: Expression): boolean {
  return of.kind === 'binary' && of.operator === '>' && of.right.kind === 'number' && Number(of.right.text) > 0;
}

/** The sides of `or`, of which one may have labels that the other one has not. */
function alternatives(of: Expression): readonly Expression[] {
  return of.kind === 'binary' && of.operator === 'or' ? [...alternatives(of.left), ...alternatives(of.right)] : [of];
}

/** topk may decide which series count, and not be what is looked at. */
function choosesItsValue(of: Expression): boolean {
  if (of.kind === 'aggregation' && (of.name === 'topk' || of.name === 'bottomk')) return true;
  const decides = of.kind === 'binary' && (of.operator === 'and' || of.operator === 'unless');
  return (decides ? [of.left] : parts(of)).some(choosesItsValue);
}

function twice(names: readonly string[]): readonly string[] {
  const all = names.filter((name, index) => names.indexOf(name) !== index);
  return all.map((name) => `${name} is there twice`);
}
