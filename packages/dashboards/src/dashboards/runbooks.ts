import type { DashboardConfig } from '../config.ts';
import type { Dashboard, TextPanel } from '../dashboard.ts';
import { alertRules } from '../rules/groups.ts';
import { allRunbooks } from '../runbooks/all-runbooks.ts';
import { runbookMarkdown } from '../runbooks/markdown.ts';
import { RUNBOOKS_UID, RUNBOOK_PANELS, runbookPath } from '../runbooks/panel-ids.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import { jobs } from '../variables.ts';

// Of a text panel half as wide as a common screen: letters of a line, lines of a unit of height, and what frames take.
const LINE = 115;
const LINES_PER_UNIT = 1.65;
const FRAME = 2;

const HALF = 12;
const WHOLE = 24;

/**
 * What to do about each alert, for those who have no website for it: alerts lead here.
 *
 * @param others the dashboards that it speaks of
 */
export function runbooksDashboard(config: DashboardConfig, others: readonly Dashboard[]): Dashboard {
  const alerts = alertRules(config);
  const panel = (runbook: Runbook): TextPanel => ({
    type: 'text',
    id: RUNBOOK_PANELS[runbook.alert],
    title: runbook.alert,
    description: runbook.fires,
    width: HALF,
    markdown: runbookMarkdown(runbook, {
      config,
      dashboards: others,
      alerts,
      base: '/d',
      runbookUrl: (alert) => `/d/${runbookPath(alert)}`,
      level: 3,
    }),
  });
  return {
    uid: RUNBOOKS_UID,
    title: 'Outrider / Runbooks',
    description: 'What each alert means, what to look at, and what to do about it.',
    variables: [jobs(config)],
    rows: [
      {
        panels: [
          {
            type: 'table',
            id: 90,
            title: 'Alerts that fire',
            description: 'What fires now. The panel of the same name below says what to do about it.',
            width: WHOLE,
            height: 6,
            columns: [
              { of: 'alertname', title: 'Alert' },
              { of: 'severity', title: 'Severity' },
              { of: 'job', title: 'Application' },
              { of: 0, title: 'Firing', decimals: 0 },
            ],
            sortBy: 'Firing',
            queries: [
              {
                expr: 'count by (alertname, severity, job) (ALERTS{alertstate="firing",job=~"$job"})',
                legend: '{{alertname}}',
                instant: true,
                emptyIsHealthy: 'an alert fires only when something is wrong',
              },
            ],
          },
        ],
      },
      ...allRunbooks(config).map(({ id, title, runbooks }) => ({ id, title, panels: inLines(runbooks.map(panel)) })),
    ],
  };
}

/** Two in a line, as high as the longer one; what is left alone takes the whole line. */
function inLines(panels: readonly TextPanel[]): readonly TextPanel[] {
  return panels.map((panel, index) => {
    const besides = panels[index % 2 === 0 ? index + 1 : index - 1];
    const width = besides === undefined ? WHOLE : HALF;
    return { ...panel, width, height: Math.max(heightOf(panel.markdown), heightOf(besides?.markdown ?? '')) };
  });
}

function heightOf(markdown: string): number {
  // Queries, between fences, are not broken: they scroll.
  const lines = markdown
    .split('```')
    .flatMap((text, index) => text.split('\n').map((line) => (index % 2 === 1 ? 1 : Math.ceil(line.length / LINE))));
  return Math.ceil(lines.reduce((sum, count) => sum + Math.max(1, count), 0) / LINES_PER_UNIT) + FRAME;
}
