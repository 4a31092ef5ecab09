import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dashboard as GrafanaDashboard, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import type { DashboardConfig } from '../config.ts';
import type { Dashboard, Panel, QueryPanel } from '../dashboard.ts';
import { annotation, ownAnnotations } from './annotations.ts';
import { heatmap } from './heatmap.ts';
import { place } from './layout.ts';
import type { Place } from './layout.ts';
import { stat } from './stat.ts';
import { table } from './table.ts';
import { DATASOURCE, targets } from './targets.ts';
import { timeseries } from './timeseries.ts';
import { datasource, variable } from './variables.ts';
import { whyEmpty } from './why-empty.ts';

type AnyPanel = ReturnType<typeof timeseries | typeof stat | typeof table | typeof heatmap> | TextBuilder;

/** The tag by which the dashboards find each other. */
const TAG = 'outrider';

/** A dashboard in schema v1, which every Grafana since version 9 reads and file provisioning takes. */
export function dashboardV1(dashboard: Dashboard, config: DashboardConfig): GrafanaDashboard {
  const { uid, title, description, variables, annotations = [], rows, timeRange = '1h' } = dashboard;
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: `now-${timeRange}`, to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .variables([datasource(), ...variables.map(variable)])
    .annotations([ownAnnotations(), ...annotations.map((each) => annotation(each, config.scrapeIntervalS))])
    .link(
      new DashboardLinkBuilder('Outrider')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    );
  for (const { row, place: at, panels } of place(rows)) {
    if (row.title === undefined) {
      for (const { panel, place: where } of panels) builder.withPanel(panelV1(panel, where, config));
      continue;
    }
    const heading = new RowBuilder(row.title)
      .id(row.id ?? 0)
      .gridPos(at)
      .collapsed(row.collapsed ?? false);
    if (row.collapsed === true) {
      for (const { panel, place: where } of panels) heading.withPanel(panelV1(panel, where, config));
      builder.withRow(heading);
    } else {
      builder.withRow(heading);
      for (const { panel, place: where } of panels) builder.withPanel(panelV1(panel, where, config));
    }
  }
  const built = builder.build();
  return {
    ...built,
    links: (built.links ?? []).map(inView),
    annotations: { list: (built.annotations.list ?? []).map(inView) },
  };
}

/** The SDK puts links and annotations into a menu unless told, and cannot be told. */
function inView<T extends { placement?: unknown }>(of: T): T {
  const own = { ...of };
  delete own.placement;
  return own;
}

/** A panel in schema v1, where it is to be. */
function panelV1(panel: Panel, at: Place, config: DashboardConfig): AnyPanel {
  const builder = panel.type === 'text' ? text(panel.markdown) : withQueries(panel, config);
  return builder
    .id(panel.id)
    .title(panel.title)
    .description(panel.description)
    .gridPos({ ...at });
}

function text(markdown: string): TextBuilder {
  return new TextBuilder().mode(TextMode.Markdown).content(markdown);
}

function withQueries(panel: QueryPanel, { scrapeIntervalS }: DashboardConfig): AnyPanel {
  const builder = ofType(panel)
    .datasource({ ...DATASOURCE })
    .targets(targets(panel.type, panel.queries, scrapeIntervalS));
  if (panel.type !== 'table') builder.unit(panel.unit);
  const reason = whyEmpty(panel);
  // A single figure has a shorter one of its own.
  if (panel.type !== 'stat' && reason !== undefined) builder.noValue(reason);
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  if (panel.min !== undefined) builder.min(panel.min);
  if (panel.max !== undefined) builder.max(panel.max);
  return builder;
}

function ofType(panel: QueryPanel): Exclude<AnyPanel, TextBuilder> {
  switch (panel.type) {
    case 'timeseries':
      return timeseries(panel);
    case 'stat':
      return stat(panel);
    case 'table':
      return table(panel);
    case 'heatmap':
      return heatmap(panel);
    default:
      return panel satisfies never;
  }
}

/** The panels of a dashboard in schema v1, those in folded rows too; headings are none. */
export function panelsV1({
  panels = [],
}: GrafanaDashboard): readonly Exclude<NonNullable<GrafanaDashboard['panels']>[number], RowPanel>[] {
  return panels.flatMap((panel) => ('collapsed' in panel ? panel.panels : [panel]));
}
