import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnnotationQuery, LoadedRuleGroup, Outcome, PanelQuery, VariableQuery } from '@outrider/dashboards';
import type { AlertCase } from '../../../dashboards/test/rules/alert-case.ts';
import { availabilityCases } from '../../../dashboards/test/rules/availability-cases.ts';
import { hostCases } from '../../../dashboards/test/rules/host-cases.ts';
import { regressionCases } from '../../../dashboards/test/rules/regression-cases.ts';
import { requestCases } from '../../../dashboards/test/rules/request-cases.ts';
import { resourceCases } from '../../../dashboards/test/rules/resource-cases.ts';
import { sloCases } from '../../../dashboards/test/rules/slo-cases.ts';
import { placeOf } from './faults.ts';

// Not committed: the figures are others each time.
const FOLDER = fileURLToPath(new URL('../../../../.vitest', import.meta.url));
const FILE = join(FOLDER, 'dashboards-on-live-data.txt');

const CASES: readonly AlertCase[] = [
  ...availabilityCases,
  ...hostCases,
  ...regressionCases,
  ...requestCases,
  ...resourceCases,
  ...sloCases,
];

/** What was found. */
export interface Found {
  readonly outcomes: readonly Outcome[];
  /** Queries that were not asked, since this machine cannot have what they are about. */
  readonly unasked: readonly PanelQuery[];
  readonly choices: ReadonlyArray<Outcome<VariableQuery>>;
  readonly marks: ReadonlyArray<Outcome<AnnotationQuery>>;
  readonly rules: readonly LoadedRuleGroup[];
}

/** Writes panels × queries × samples and alerts × cases to a file, and their sums to the terminal. */
export function writeReport(found: Found): void {
  const { outcomes, unasked, choices, marks, rules } = found;
  const text = [
    ...table('Panels, their queries and what they found: series, samples, finite ones', outcomes.map(panelRow)),
    ...table(
      'Not asked, for what this machine cannot have',
      unasked.map((query) => [placeOf(query)]),
    ),
    ...table('Variables and their values', choices.map(variableRow)),
    ...table('Marks on the time axis', marks.map(markRow)),
    ...table('Alerts, their courses of events, and how they stood with `for` at nought', alertRows(rules)),
    ...table('Groups of rules and the time that they took', rules.map(groupRow)),
  ];
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(FILE, `${text.join('\n')}\n`);
  const panels = new Set(outcomes.map(({ asked }) => asked.panel)).size;
  const samples = outcomes.reduce((sum, { finite }) => sum + finite, 0);
  const full = outcomes.filter(({ finite }) => finite > 0).length;
  const alerts = new Set(CASES.map(({ alert, says: { labels } }) => [alert, labels['window'], labels['server']].join()))
    .size;
  const courses = CASES.reduce((sum, one) => sum + coursesOf(one).length, 0);
  process.stdout.write(
    `${panels} panels, ${outcomes.length} queries, ${full} of them with ${samples} finite samples, ${unasked.length} not asked here; ${alerts} alerts, ${courses} courses of events: ${FILE}\n`,
  );
}

type Row = readonly (string | number)[];

function panelRow({ asked, series, samples, finite }: Outcome): Row {
  return [
    placeOf(asked),
    series.length,
    samples,
    finite,
    asked.query.emptyIsHealthy === undefined ? '' : 'may be empty',
  ];
}

function variableRow({ asked: { dashboard, variable }, series }: Outcome<VariableQuery>): Row {
  return [`${dashboard.uid} / $${variable.name}`, series.length];
}

function markRow({ asked: { dashboard, annotation }, series, finite }: Outcome<AnnotationQuery>): Row {
  return [`${dashboard.uid} / ${annotation.name}`, series.length, finite];
}

function alertRows(groups: readonly LoadedRuleGroup[]): Row[] {
  const loaded = groups.flatMap(({ rules }) => rules.filter(({ type }) => type === 'alerting'));
  return loaded.map(({ name, state = '', labels = {} }) => {
    // Of one name there may be several: for windows, for servers.
    const isOf = ({ alert, says }: AlertCase): boolean =>
      alert === name && Object.entries(labels).every(([label, value]) => says.labels[label] === value);
    const courses = CASES.filter(isOf).flatMap(coursesOf);
    const which = labels['window'] ?? labels['server'] ?? '';
    return [name, which, state, `${courses.length} courses: ${[...new Set(courses)].join(', ')}`];
  });
}

/** The courses of events that an alert was sent through. */
function coursesOf({ idle, reset }: AlertCase): readonly string[] {
  const always = ['over', 'just before', 'just under', 'no history', 'resolves'];
  return [...always, ...(idle === undefined ? [] : ['idle']), ...(reset === undefined ? [] : ['restart'])];
}

function groupRow({ name, rules, evaluationTime }: LoadedRuleGroup): Row {
  return [name, `${rules.length} rules`, `${(evaluationTime * 1000).toFixed(1)} ms`];
}

function table(title: string, rows: readonly Row[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, String(cell).length);
  }
  const line = (row: Row): string =>
    row
      .map((cell, at) => String(cell).padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [title, '', ...rows.map(line), ''];
}
