import type { DashboardConfig } from '../config.ts';
import type { Dashboard, TextPanel } from '../dashboard.ts';
import { alertRules } from '../rules/groups.ts';
import { allRunbooks } from '../runbooks/all-runbooks.ts';
import { runbookMarkdown } from '../runbooks/markdown.ts';
import { RUNBOOKS_UID, RUNBOOK_PANELS, runbookPath } from '../runbooks/panel-ids.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import { jobs } from '../variables.ts';

// Of a text panel half as wide as a screen of 1440 pixels: letters of a line, what is left free around a paragraph in
// lines, lines of a unit of height, and units of the frame.
const LINE = 76;
const AROUND = 0.7;
const LINES_PER_UNIT = 1.9;
const FRAME = 3;

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
    return {
      ...panel,
      width,
      height: Math.max(heightOf(panel.markdown, width), heightOf(besides?.markdown ?? '', width)),
    };
  });
}

function heightOf(markdown: string, width: number): number {
  const paragraphs = markdown
    // Of a link only the text is seen.
    .replaceAll(/\]\([^)]*\)/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('```') && !line.startsWith('| ---'));
  const lines = paragraphs.reduce((sum, { length }) => sum + Math.ceil((length * HALF) / (LINE * width)) + AROUND, 0);
  return Math.ceil(lines / LINES_PER_UNIT) + FRAME;
}
