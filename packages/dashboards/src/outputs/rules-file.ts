import type { DashboardConfig } from '../config.ts';
import { yamlFile } from './yaml-file.ts';
import { runbookPath } from '../runbooks/panel-ids.ts';
import { ruleGroups } from '../rules/groups.ts';
import type { AlertRule, RecordingRule, RuleGroup } from '../rules/rule.ts';

/** The rule groups as Prometheus' rule files and the PrometheusRule resource hold them. */
export function rulesContent(config: DashboardConfig): { readonly groups: readonly object[] } {
  return { groups: ruleGroups(config).map((group) => groupContent(group, config)) };
}

/** A rule file of Prometheus. */
export function rulesFile(config: DashboardConfig): string {
  return yamlFile(rulesContent(config));
}

function groupContent({ name, interval, rules }: RuleGroup, config: DashboardConfig): object {
  return { name, interval, rules: rules.map((rule) => ('record' in rule ? recording(rule) : alert(rule, config))) };
}

function recording({ record, expr }: RecordingRule): object {
  return { record, expr };
}

/** Where to read what an alert means. */
function runbookUrl(name: string, { runbooks, dashboards }: DashboardConfig['urls']): string {
  return runbooks === undefined ? `${dashboards}/${runbookPath(name)}` : `${runbooks}/${name}.md`;
}

function alert(rule: AlertRule, config: DashboardConfig): object {
  return {
    alert: rule.alert,
    expr: rule.expr,
    for: rule.for,
    ...(rule.keepFiringFor === undefined ? {} : { keep_firing_for: rule.keepFiringFor }),
    labels: labelsOf(rule),
    annotations: annotationsOf({ ...rule, description: `${rule.description}${rule.places ?? ''}` }, config),
  };
}

/** The labels that an alert adds to those of its expression. */
export function labelsOf({ severity, signal, kind, labels }: AlertRule): Readonly<Record<string, string>> {
  return { severity, signal, kind, ...labels };
}

/** What an alert says, in Prometheus' templates. */
export function annotationsOf(rule: AlertRule, { urls }: DashboardConfig): Readonly<Record<string, string>> {
  return {
    summary: rule.summary,
    description: rule.description,
    action: rule.action,
    runbook_url: runbookUrl(rule.alert, urls),
    dashboard_url: `${urls.dashboards}/${rule.dashboard}?${chosen(rule)}`,
  };
}

/** The part of a URL that chooses in the dashboard what the alert is about. */
function chosen({ shows }: AlertRule): string {
  return Object.entries(shows)
    .map(([label, variable]) => `var-${variable}={{ $labels.${label} | urlquery }}`)
    .join('&');
}
