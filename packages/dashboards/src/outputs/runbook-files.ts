import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { alertRules } from '../rules/groups.ts';
import type { AlertRule } from '../rules/rule.ts';
import { allRunbooks } from '../runbooks/all-runbooks.ts';
import { runbookMarkdown } from '../runbooks/markdown.ts';
import type { Runbook, Theme } from '../runbooks/runbook.ts';
import { GENERATED } from './yaml-file.ts';

const HEADER = `<!-- ${GENERATED} -->`;

/**
 * The runbooks as files of Markdown, by name, and a table of them.
 *
 * @param dashboards the dashboards that they speak of
 */
export function runbookFiles(
  config: DashboardConfig,
  dashboards: readonly Dashboard[],
): ReadonlyMap<`${string}.md`, string> {
  const alerts = alertRules(config);
  const themes = allRunbooks(config);
  const page = {
    config,
    dashboards,
    alerts,
    base: config.urls.dashboards,
    runbookUrl: (alert: string) => `${alert}.md`,
    level: 2,
  };
  const files = new Map<`${string}.md`, string>([['README.md', table(themes, alerts)]]);
  for (const runbook of themes.flatMap(({ runbooks }) => runbooks))
    files.set(`${runbook.alert}.md`, `${HEADER}\n\n# ${runbook.alert}\n\n${runbookMarkdown(runbook, page)}\n`);
  return files;
}

function table(themes: readonly Theme[], alerts: readonly AlertRule[]): string {
  const sections = themes.map(({ title, runbooks }) =>
    [`## ${title}`, '', '| alert | severity | fires when |', '| --- | --- | --- |', ...runbooks.map(row(alerts))].join(
      '\n',
    ),
  );
  const intro =
    'What each alert means, what to look at, and what to do. The annotation `runbook_url` of an alert leads to its page, or to the same text in the dashboard _Outrider / Runbooks_. Figures and links are those of the configuration.';
  return `${[HEADER, '# Runbooks', intro, ...sections].join('\n\n')}\n`;
}

function row(alerts: readonly AlertRule[]): (runbook: Runbook) => string {
  return ({ alert, fires }) => {
    const severity = alerts.find((rule) => rule.alert === alert)?.severity ?? 'off';
    return `| [${alert}](${alert}.md) | ${severity} | ${fires} |`;
  };
}
