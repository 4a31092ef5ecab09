import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import * as grafanaUnits from '@grafana/grafana-foundation-sdk/units';
import { asked, panelsOf, targetsOf } from './bundle.ts';
import type { Asked, Check } from './bundle.ts';
import { knownSeries } from './known-series.ts';
import { isScalar, labelsOf } from './result-labels.ts';
import type { Known } from './result-labels.ts';
import { fitting, measuredIn, ofBuckets } from './result-unit.ts';
import { fieldOf, tableOf } from './table-columns.ts';

const UNITS: ReadonlySet<unknown> = new Set([...Object.values(grafanaUnits), 'dateTimeFromNow', 'dateTimeAsIso']);

/** The unit of each panel and column is one of Grafana's, and that of what the query gives. */
export const unitsFit: Check = (bundle) => {
  const known = knownSeries(bundle.groups);
  const used = bundle.v1.flatMap((dashboard) =>
    panelsOf(dashboard).flatMap(({ title, fieldConfig, type }) => {
      const overrides = (fieldConfig?.overrides ?? []).flatMap(({ properties }) => properties);
      const units = [
        fieldConfig?.defaults.unit,
        ...overrides.filter(({ id }) => id === 'unit').map(({ value }) => value),
      ];
      const needed = type === 'text' || type === 'table' ? units.slice(1) : units;
      return needed
        .filter((unit) => !UNITS.has(unit))
        .map((unit) => `${dashboard.uid} / ${title}: Grafana has no unit ${unit}`);
    }),
  );
  return [...used, ...asked(bundle).flatMap((question) => ofQuery(question, known))];
};

function ofQuery({ where, panel, target, parsed }: Asked, known: Known): readonly string[] {
  const [expr] = parsed;
  if (panel === undefined || expr === undefined) return [];
  const nameOnly = (panel.options as { textMode?: string } | undefined)?.textMode === 'name';
  const names = (panel.fieldConfig?.defaults.mappings ?? []).some(({ type }) => type === MappingType.ValueToText);
  if (nameOnly || names) return [];
  const fit = fitting(panel.type === 'heatmap' ? ofBuckets(expr, known) : measuredIn(expr, known));
  if (fit === undefined) return [];
  const shown =
    panel.type === 'table' ? unitOfColumn(panel, String(target?.refId)) : unitsOfSeries(panel, target?.legendFormat);
  if (shown.some((unit) => fit.includes(unit))) return [];
  return [`${where}: is shown as ${shown.join(' or ')}, and is one of ${fit.join(', ') || 'no unit'}`];
}

type Panel = NonNullable<Asked['panel']>;

/** The unit of the panel, or that of an axis of its own. */
function unitsOfSeries({ fieldConfig }: Panel, legend = ''): readonly string[] {
  const named = sample(legend);
  const own = (fieldConfig?.overrides ?? [])
    .filter(({ matcher }) => matcher.id === 'byRegexp' && new RegExp(String(matcher.options)).test(named))
    .flatMap(({ properties }) => properties.filter(({ id }) => id === 'unit').map(({ value }) => String(value)));
  return own.length > 0 ? own : [String(fieldConfig?.defaults.unit)];
}

function unitOfColumn(panel: Panel, refId: string): readonly string[] {
  const { titles } = tableOf(panel);
  const title = titles.get(fieldOf(panel, refId));
  // A column that is not shown has no unit.
  if (title === undefined) return ['none', 'short', 's', 'bytes', 'percentunit', 'reqps', 'Bps'];
  const properties = (panel.fieldConfig?.overrides ?? [])
    .filter(({ matcher }) => matcher.id === 'byName' && matcher.options === title)
    .flatMap((override) => override.properties);
  return [String(properties.find(({ id }) => id === 'unit')?.value ?? 'none')];
}

// At 1440 pixels there is room for some seven characters a column, less beside the menu of Grafana.
const CHARACTERS_A_COLUMN = 6;
const PADDING_CHARACTERS = 2;

/** The title of each panel is read as a whole, on a laptop too. */
export const titlesFit: Check = (bundle) =>
  bundle.v1.flatMap((dashboard) =>
    panelsOf(dashboard).flatMap(({ title = '', gridPos }) => {
      const room = (gridPos?.w ?? 0) * CHARACTERS_A_COLUMN - PADDING_CHARACTERS;
      return title.length <= room
        ? []
        : `${dashboard.uid} / ${title}: has ${title.length} characters, room for ${room}`;
    }),
  );

/** Beside lines only the latest values stand, the largest first: a wide legend leaves no room for the lines. */
export const legendsLeaveRoom: Check = (bundle) =>
  bundle.v1.flatMap((dashboard) =>
    panelsOf(dashboard).flatMap(({ title, options }) => {
      const { legend } = (options ?? {}) as { readonly legend?: Readonly<Record<string, unknown>> };
      if (legend?.['placement'] !== 'right') return [];
      const { calcs, sortBy, sortDesc } = legend;
      const fits = String(calcs) === 'lastNotNull' && sortBy === 'Last *' && sortDesc === true;
      return fits
        ? []
        : `${dashboard.uid} / ${title}: its legend has more than the latest values, or is not sorted by them`;
    }),
  );

/** Shares of one whole may lie on each other; those of several applications or hosts add up to nothing. */
export const stacksAddUp: Check = (bundle) =>
  bundle.v1.flatMap((dashboard) =>
    panelsOf(dashboard).flatMap((panel) => {
      const { custom, unit } = (panel.fieldConfig?.defaults ?? {}) as Readonly<Record<string, unknown>>;
      const { stacking } = (custom ?? {}) as { readonly stacking?: { readonly mode?: string } };
      if (unit !== 'percentunit' || stacking?.mode !== 'normal') return [];
      return targetsOf(panel)
        .filter(({ legendFormat = '' }) => /\{\{(?:job|instance)\}\}/.test(legendFormat))
        .map(({ legendFormat }) => `${dashboard.uid} / ${panel.title}: ${legendFormat} is a share, and is stacked`);
    }),
  );

/** What names the series is a label that the result has. */
export const legendsHaveLabels: Check = (bundle) => {
  const known = knownSeries(bundle.groups);
  const questions = asked(bundle);
  return [
    ...questions.flatMap(({ where, panel, target, parsed: [expr] }) => {
      if (target === undefined || panel === undefined || panel.type === 'table' || expr === undefined) return [];
      const { legendFormat = '' } = target;
      const labels = labelsOf(expr, known);
      const named = labelsIn(legendFormat);
      const problems = named.filter((label) => !labels.has(label)).map((label) => `${where}: there is no {{${label}}}`);
      if (legendFormat === '') problems.push(`${where}: no legend`);
      const several = labels.size > 0 && !isScalar(expr);
      if (several && named.length === 0 && panel.type === 'timeseries')
        problems.push(`${where}: series by ${[...labels].join(', ')} would all be called ${legendFormat}`);
      return problems;
    }),
    ...bundle.v1.flatMap((dashboard) =>
      (dashboard.annotations.list ?? []).flatMap(({ name, expr, titleFormat = '' }) => {
        const found = questions.find(({ raw, panel }) => panel === undefined && raw === expr);
        const [parsed] = found?.parsed ?? [];
        const labels = parsed === undefined ? new Set<string>() : labelsOf(parsed, known);
        return labelsIn(titleFormat)
          .filter((label) => !labels.has(label))
          .map((label) => `${dashboard.uid} / ${name}: there is no {{${label}}}`);
      }),
    ),
  ];
};

/** Series of a panel have names of their own, and what is said of a name is said of one that there is. */
export const seriesAreToldApart: Check = ({ v1 }) =>
  v1.flatMap((dashboard) =>
    panelsOf(dashboard)
      .filter(({ type }) => type === 'timeseries' || type === 'stat')
      .flatMap((panel) => {
        const legends = targetsOf(panel).map(({ legendFormat = '' }) => legendFormat);
        const named = new Set(legends.map(sample));
        const overrides = panel.fieldConfig?.overrides ?? [];
        const say = (what: string): string => `${dashboard.uid} / ${panel.title}: ${what}`;
        return [
          ...legends
            .filter((legend, index) => legends.indexOf(legend) !== index)
            .map((legend) => say(`two queries are called ${legend}`)),
          ...overrides
            .filter(({ matcher }) => matcher.id === 'byRegexp')
            .filter(({ matcher }) => !legends.some((legend) => mayMatch(String(matcher.options), legend)))
            .map(({ matcher }) => say(`nothing is called ${matcher.options}`)),
          ...overrides
            .flatMap(({ properties }) => properties)
            .filter(({ id, value }) => id === 'custom.fillBelowTo' && !named.has(sample(String(value))))
            .map(({ value }) => say(`nothing is called ${value}`)),
        ];
      }),
  );

/** Whether a pattern is that of some name that a legend makes: labels may be anything, the words of the pattern too. */
function mayMatch(pattern: string, legend: string): boolean {
  const words = ['x', ...(pattern.match(/[\w.]+/g) ?? []).flatMap((word) => [word, word.replaceAll('.', '0')])];
  words.push(...(pattern.match(/\w+/g) ?? []));
  return words.some((word) => new RegExp(pattern).test(legend.replaceAll(/\{\{\w+\}\}/g, word)));
}

/** A name as a legend may make it. */
function sample(legend: string): string {
  return legend.replaceAll(/\{\{\w+\}\}/g, 'x');
}

function labelsIn(text: string): readonly string[] {
  return [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label]) => label ?? '');
}

/** The columns of tables are labels that every query gives, or values of a query. */
export const tablesHaveColumns: Check = (bundle) => {
  const known = knownSeries(bundle.groups);
  const all = asked(bundle);
  return bundle.v1.flatMap((dashboard) =>
    panelsOf(dashboard)
      .filter(({ type }) => type === 'table')
      .flatMap((panel) => {
        const { titles, included, sortedBy, links } = tableOf(panel);
        const say = (what: string): string => `${dashboard.uid} / ${panel.title}: ${what}`;
        const questions = all.filter((question) => question.panel === panel);
        const values = questions.map(({ target }) => fieldOf(panel, String(target?.refId)));
        const shown = new Set(titles.values());
        const overridden = (panel.fieldConfig?.overrides ?? [])
          .filter(({ matcher }) => matcher.id === 'byName')
          .map(({ matcher }) => String(matcher.options));
        const ofLabels = included.filter((field) => !values.includes(field));
        return [
          ...included.filter((field) => !titles.has(field)).map((field) => say(`${field} has no title`)),
          ...questions.flatMap(({ parsed: [expr], target }) => {
            const labels = expr === undefined ? new Set<string>() : labelsOf(expr, known);
            return ofLabels
              .filter((label) => !labels.has(label))
              .map((label) => say(`query ${target?.refId} has no ${label}, so its rows stand apart`));
          }),
          ...[...overridden, ...sortedBy, ...links.flatMap(({ columns }) => columns)]
            .filter((title) => !shown.has(title))
            .map((title) => say(`there is no column ${title}`)),
          ...values
            // A query alone may be there for its labels.
            .filter((value) => values.length > 1 && !included.includes(value))
            .map((value) => say(`${value} is asked for and not shown`)),
        ];
      }),
  );
};
