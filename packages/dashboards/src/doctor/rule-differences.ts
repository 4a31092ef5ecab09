import type { LoadedRule } from '../live/loaded.ts';
import { labelsOf } from '../outputs/rules-file.ts';
import type { AlertRule, RecordingRule } from '../rules/rule.ts';
import type { Evidence } from './evidence.ts';
import { STRING, secondsOf } from './selectors.ts';

type Rule = AlertRule | RecordingRule;

/**
 * The rules that Prometheus has loaded otherwise than they should be, each with what differs: `CpuHigh (expr, for)`.
 *
 * Annotations may say what they like, and labels of an installation's own may be added: neither makes an alert fire at
 * another time or go to somebody else. Expressions are compared as Prometheus writes both of them; where it does not say
 * how it would, they are not.
 */
export async function differences(
  evidence: Evidence,
  wanted: readonly Rule[],
  loaded: readonly LoadedRule[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const rule of wanted) {
    const isAlert = 'alert' in rule;
    const name = isAlert ? rule.alert : rule.record;
    const type = isAlert ? 'alerting' : 'recording';
    const all: ReadonlyArray<readonly string[]> = await Promise.all(
      loaded.filter((one) => one.name === name && one.type === type).map((one) => parts(evidence, rule, one)),
    );
    const byCount = all.toSorted((a, b) => a.length - b.length);
    // Several alerts may have one name, also somebody else's. Two rules that record one series are one too many.
    const differing = byCount.at(isAlert ? 0 : -1) ?? [];
    if (differing.length > 0) found.push(`${name} (${differing.join(', ')})`);
  }
  return [...new Set(found)];
}

/** What differs, by the names that a rule file has for it. */
async function parts(evidence: Evidence, rule: Rule, loaded: LoadedRule): Promise<readonly string[]> {
  const differing = (await isSame(evidence, rule.expr, loaded.query)) ? [] : ['expr'];
  if (!('alert' in rule)) return differing;
  const { duration, keepFiringFor, labels = {} } = loaded;
  // What has only the API may not say how long.
  if (duration !== undefined && duration !== secondsOf(rule.for)) differing.push('for');
  if (keepFiringFor !== undefined && keepFiringFor !== secondsOf(rule.keepFiringFor ?? '0s'))
    differing.push('keep_firing_for');
  if (Object.entries(labelsOf(rule)).some(([label, value]) => labels[label] !== value)) differing.push('labels');
  return differing;
}

async function isSame(evidence: Evidence, wanted: string, loaded: string): Promise<boolean> {
  if (bare(wanted) === bare(loaded)) return true;
  const form = await evidence.normalForm(wanted);
  if (form === undefined || bare(form) === bare(loaded)) return true;
  const other = await evidence.normalForm(loaded);
  return other === undefined || form === other;
}

/** Without white space, by which alone the layout of an expression differs; texts keep theirs. */
function bare(expr: string): string {
  return expr.replaceAll(new RegExp(String.raw`${STRING}|\s+`, 'g'), (found) => (found.startsWith('"') ? found : ''));
}
