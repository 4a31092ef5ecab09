import type { DashboardConfig } from '../config.ts';
import type { LoadedRule } from '../live/loaded.ts';
import { ruleGroups } from '../rules/groups.ts';
import type { Evidence } from './evidence.ts';
import { differences } from './rule-differences.ts';
import { few } from './few.ts';
import type { Finding } from './finding.ts';

const LOAD =
  'in prometheus.yml rule_files: [/etc/prometheus/rules/outrider.yml], the file that outrider dashboards --out DIR writes to DIR/prometheus/rules; then reload: kill -HUP, or POST /-/reload';

const ANEW =
  'outrider dashboards --out DIR, with the file for --config that doctor was given, writes them anew; then reload Prometheus: kill -HUP, or POST /-/reload. Or give doctor the file that they were made with';

const ofName = (rule: { alert: string } | { record: string }): string => ('alert' in rule ? rule.alert : rule.record);

/** What is wrong with the rules as Prometheus has loaded them. */
export async function ruleProblems(evidence: Evidence, config: DashboardConfig): Promise<readonly Finding[]> {
  const groups = await evidence.rules();
  if (groups === undefined) return [];
  const loaded = groups.flatMap(({ rules }) => rules);
  const wanted = ruleGroups(config).flatMap(({ rules }) => rules);
  const missing = wanted.filter((rule) => !loaded.some(({ name }) => name === ofName(rule)));
  if (missing.length === wanted.length) return [notLoaded];
  const problems: Finding[] = [];
  if (missing.length > 0) {
    problems.push({
      code: 'rules-differ',
      why: `rules of this version are not loaded: ${few(missing.map(ofName), 3)}`,
      mend: LOAD,
    });
  }
  const different = await differences(evidence, wanted, loaded);
  if (different.length > 0) {
    problems.push({
      code: 'rules-differ',
      why: `rules are loaded that are not those of this version and configuration: ${few(different)}`,
      mend: ANEW,
    });
  }
  const names = new Set(wanted.map(ofName));
  const failing = loaded.filter((rule) => names.has(rule.name) && (rule.lastError ?? '') !== '');
  return [...problems, ...failing.map(failure)];
}

const notLoaded: Finding = {
  code: 'rules-not-loaded',
  why: 'the recording and alert rules are not loaded',
  mend: LOAD,
};

/** How a series is recorded. */
export interface Recording {
  readonly query: string;
  readonly everyS: number;
}

/**
 * Why a recorded series is not there, as far as its rule says so.
 *
 * @returns a finding, or what a rule that is well records, so that there is nothing to record, or was not yet
 */
export async function recordedFrom(evidence: Evidence, name: string): Promise<Finding | Recording> {
  for (const { rules, interval } of (await evidence.rules()) ?? []) {
    const rule = rules.find((one) => one.name === name && one.type === 'recording');
    if (rule === undefined) continue;
    return (rule.lastError ?? '') === '' ? { query: rule.query, everyS: interval } : failure(rule);
  }
  return notLoaded;
}

function failure({ name, lastError = '' }: LoadedRule): Finding {
  return {
    code: 'rule-fails',
    why: `the rule ${name} fails: ${lastError.replaceAll(/\s+/g, ' ').slice(0, 200)}`,
    mend: 'outrider dashboards --out DIR --force writes the rules anew; then reload Prometheus',
  };
}
