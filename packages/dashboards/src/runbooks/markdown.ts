import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import type { AlertRule } from '../rules/rule.ts';
import { hasRunbook, panelPath } from './panel-ids.ts';
import type { AlertName } from './panel-ids.ts';
import { findDashboard, findPanel, pastable } from './references.ts';
import type { Cause, Runbook, Step } from './runbook.ts';
import { settingText } from './setting.ts';

/** Where a runbook is written. */
export interface Page {
  readonly config: DashboardConfig;
  readonly dashboards: readonly Dashboard[];
  /** All alerts that there are. */
  readonly alerts: readonly AlertRule[];
  /** What dashboards are put behind there, such as `/d`. */
  readonly base: string;
  /** Where the runbook of another alert is. */
  readonly runbookUrl: (alert: AlertName) => string;
  /** Level of the headings. */
  readonly level: number;
}

/** The headings of a runbook, in their order. */
const HEADINGS = ['Meaning', 'Impact', 'Diagnosis', 'Likely causes', 'Mitigation', 'False alarm'] as const;

/**
 * A runbook as Markdown, without a title.
 *
 * @throws {Error} if it speaks of an alert, a dashboard, a panel, a query or a setting that there is not
 */
export function runbookMarkdown(runbook: Runbook, page: Page): string {
  const rules = page.alerts.filter(({ alert }) => alert === runbook.alert);
  const sections: Readonly<Record<(typeof HEADINGS)[number], string>> = {
    Meaning: [runbook.meaning, ...rules.map(({ expr }) => promql(expr))].join('\n\n'),
    Impact: runbook.impact,
    Diagnosis: numbered(runbook.diagnosis.map((step) => look(step, page))),
    'Likely causes': causes(runbook.causes),
    Mitigation: numbered(runbook.mitigation),
    'False alarm': `${runbook.falseAlarm} ${change(runbook, page)}`.trim(),
  };
  const text = HEADINGS.map((heading) => `${'#'.repeat(page.level)} ${heading}\n\n${sections[heading]}`);
  return linked([glance(runbook, rules, page), ...text].join('\n\n'), page);
}

function glance({ fires }: Runbook, rules: readonly AlertRule[], { dashboards }: Page): string {
  const [rule] = rules;
  if (rule === undefined) return `${fires} **Off** until it is configured.`;
  const uids = [...new Set(rules.map(({ dashboard }) => dashboard))].map((uid) => findDashboard(uid, dashboards).uid);
  return `${fires} **${rule.severity}**, action \`${rule.action}\`. See ${uids.map((uid) => `[[${uid}]]`).join(', ')}.`;
}

function look({ look: what, at, query }: Step, { dashboards, config }: Page): string {
  if (at === undefined) return what;
  const code = query === undefined ? '' : `\n${promql(pastable(findPanel(at, dashboards), query, config))}`;
  return `[[${at}]]: ${what}${code}`;
}

function causes(all: readonly Cause[]): string {
  const rows = all.map(({ seen, cause }) => `| ${seen} | ${cause} |`);
  return ['| what is seen | what it is |', '| --- | --- |', ...rows].join('\n');
}

/** How to change when it fires. */
function change({ settings }: Runbook, { config }: Page): string {
  if (settings.length === 0) return '';
  const now = settings.map((path) => `\`${settingText(path, config)}\``).join(', ');
  return `When it fires is decided by ${now} in the configuration; after a change \`outrider dashboards --config FILE --out DIR\` writes rules, dashboards and this text anew.`;
}

function promql(expr: string): string {
  return `\`\`\`promql\n${expr}\n\`\`\``;
}

// What belongs to a point of a list is indented by as much as its number takes.
function numbered(items: readonly string[]): string {
  return items.map((item, index) => `${index + 1}. ${item.replaceAll(/\n(?=.)/g, '\n   ')}`).join('\n');
}

function linked(text: string, page: Page): string {
  return text.replaceAll(/\[\[(.+?)\]\]/g, (_, name: string) => {
    if (hasRunbook(name)) return `[${name}](${page.runbookUrl(name)})`;
    if (!name.includes('/')) return `[${shortTitle(findDashboard(name, page.dashboards))}](${page.base}/${name})`;
    const { dashboard, panel } = findPanel(name, page.dashboards);
    return `[${shortTitle(dashboard)}: ${panel.title}](${page.base}/${panelPath(dashboard.uid, panel.id)})`;
  });
}

/** All dashboards have `Outrider / ` before what they are about. */
function shortTitle({ title }: Dashboard): string {
  return title.replace(/^Outrider \/ /, '');
}
