import { EMPTY_IS_WELL } from '@outrider/dashboards';
import type { DashboardReport, Finding, PanelReport, Report } from '@outrider/dashboards';

const COLUMNS = 100;
const STATUS_WIDTH = 9;
const TITLE_WIDTH = 36;
const INDENT = ' '.repeat(2 + STATUS_WIDTH + TITLE_WIDTH + 2);

const COLOURS: Readonly<Record<PanelReport['status'], string>> = { ok: '32', empty: '2', partly: '33', missing: '31' };

/** What the doctor found, as a table by dashboard and what to do, in lines of at most 100 columns. */
export function doctorText({ prometheus, problems, dashboards, well }: Report, coloured: boolean): string {
  const paint = (code: string, text: string): string => (coloured ? `\u001B[${code}m${text}\u001B[0m` : text);
  const asked = `Prometheus${prometheus.version === undefined ? '' : ` ${prometheus.version}`} at ${prometheus.url}`;
  return [
    `${asked}\n`,
    ...dashboards.map((dashboard) => dashboardText(dashboard, paint)),
    ...toDo(problems, dashboards, paint),
    `\n${summary(dashboards, well)}\n`,
  ].join('');
}

type Paint = (code: string, text: string) => string;

function dashboardText({ uid, title, panels }: DashboardReport, paint: Paint): string {
  const lines = runsOf(panels).map((run) => {
    const [panel] = run;
    const others = run.length === 1 ? '' : ` … and ${run.length - 1} more`;
    const status = paint(COLOURS[panel.status], panel.status.padEnd(STATUS_WIDTH));
    const reason = panel.status === 'ok' ? undefined : reasonOf(panel);
    if (reason === undefined) return `  ${status}${panel.title}\n`;
    const [first = '', ...more] = wrapped(reason.why, COLUMNS - INDENT.length);
    const name = `${cut(panel.title, TITLE_WIDTH - others.length)}${others}`.padEnd(TITLE_WIDTH);
    return `  ${status}${name}  ${first}\n${more.map((line) => `${INDENT}${line}\n`).join('')}`;
  });
  return `\n${paint('1', title)} (${uid})\n${lines.join('')}`;
}

type Run = [PanelReport, ...PanelReport[]];

/** Panels in their order, those together that follow each other and are empty for one reason. */
function runsOf(panels: readonly PanelReport[]): readonly Run[] {
  const runs: Run[] = [];
  for (const panel of panels) {
    const last = runs.at(-1);
    const isSame =
      panel.status === 'empty' && last?.[0].status === 'empty' && reasonOf(last[0])?.why === reasonOf(panel)?.why;
    if (last !== undefined && isSame) last.push(panel);
    else runs.push([panel]);
  }
  return runs;
}

/** Of a panel the worst finding: what is well only where nothing else is. */
function reasonOf({ findings }: PanelReport): Finding | undefined {
  return findings.find(({ code }) => !EMPTY_IS_WELL.has(code)) ?? findings[0];
}

function toDo(problems: readonly Finding[], dashboards: readonly DashboardReport[], paint: Paint): readonly string[] {
  const panels = dashboards.flatMap((dashboard) => dashboard.panels);
  const lacking = panels.flatMap(({ findings }) => findings.filter(({ code }) => !EMPTY_IS_WELL.has(code)));
  // Of all panels that one thing would mend, the first says why.
  const byMend = Map.groupBy([...problems, ...lacking], ({ code, why, mend }) => `${code} ${mend ?? why}`);
  if (byMend.size === 0) return [];
  const entries = [...byMend.values()].map(([first], index) => {
    const number = `${index + 1}. `.padStart(5);
    const count = panels.filter(({ findings }) =>
      findings.some(({ code, mend }) => code === first?.code && mend === first.mend),
    ).length;
    const suffix = count === 0 ? '' : ` (${count} ${count === 1 ? 'panel' : 'panels'})`;
    const lines = [
      ...wrapped(`${first?.why ?? ''}${suffix}`, COLUMNS - 5),
      ...wrapped(`→ ${first?.mend ?? 'look at it in Prometheus'}`, COLUMNS - 5),
    ];
    return lines.map((line, at) => `${at === 0 ? number : '     '}${line}\n`).join('');
  });
  return [`\n${paint('1', 'What to do')}\n`, ...entries];
}

function summary(dashboards: readonly DashboardReport[], well: boolean): string {
  const panels = dashboards.flatMap((dashboard) => dashboard.panels);
  const counts = (['ok', 'empty', 'partly', 'missing'] as const)
    .map((status) => ({ status, count: panels.filter((panel) => panel.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status}`);
  const verdict = well ? 'all that should be there is there' : 'not all is as it should be';
  return `${panels.length === 0 ? '' : `${panels.length} panels: ${counts.join(', ')}; `}${verdict}`;
}

function cut(title: string, width: number): string {
  return title.length > width ? `${title.slice(0, width - 1)}…` : title;
}

/** Breaks a text between words, and words that are longer than a line. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(...(word.match(new RegExp(`.{1,${width}}`, 'g')) ?? ['']));
  }
  return lines;
}
