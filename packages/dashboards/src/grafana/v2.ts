import type { Dashboard as DashboardV1, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DashboardAPIVersion, DashboardCursorSync, DashboardKind } from '@grafana/grafana-foundation-sdk/dashboardv2';
import type {
  Dashboard as DashboardSpec,
  Element,
  FieldConfigSource,
  GridLayoutKind,
  PanelKind,
  RowsLayoutKind,
} from '@grafana/grafana-foundation-sdk/dashboardv2';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Manifest } from '@grafana/grafana-foundation-sdk/resource';
import { panelsV1 } from './v1.ts';
import { annotationV2, variableV2 } from './v2-controls.ts';
import { dataQuery } from './v2-query.ts';

/** A dashboard in schema v2, as the API of Grafana and file provisioning take it. */
export interface DashboardResource extends Manifest {
  readonly spec: DashboardSpec;
}

// What Grafana offers where nothing is said.
const REFRESH_INTERVALS = ['5s', '10s', '30s', '1m', '5m', '15m', '30m', '1h', '2h', '1d'];

/**
 * A dashboard in schema v2 (`dashboard.grafana.app/v2`, Grafana 13 and later), made of the one in schema v1, by the rules
 * by which Grafana itself turns one into the other: so both show the same.
 */
export function dashboardV2(dashboard: DashboardV1): DashboardResource {
  const { uid = '', title = '', description = '', tags = [], time, refresh = '', timezone = '' } = dashboard;
  return {
    apiVersion: DashboardAPIVersion,
    kind: DashboardKind,
    metadata: { name: uid },
    spec: {
      title,
      description,
      tags,
      editable: dashboard.editable ?? true,
      cursorSync: DashboardCursorSync.Crosshair,
      preload: false,
      liveNow: false,
      timeSettings: {
        timezone,
        from: time?.from ?? 'now-1h',
        to: time?.to ?? 'now',
        autoRefresh: refresh,
        autoRefreshIntervals: REFRESH_INTERVALS,
        hideTimepicker: false,
        fiscalYearStartMonth: 0,
      },
      links: dashboard.links ?? [],
      annotations: (dashboard.annotations.list ?? []).map(annotationV2),
      variables: (dashboard.templating.list ?? []).map(variableV2),
      elements: Object.fromEntries(panelsV1(dashboard).map((panel) => [elementName(panel), element(panel)])),
      layout: layout(dashboard.panels ?? []),
    },
  };
}

function elementName({ id = 0 }: Panel): string {
  return `panel-${id}`;
}

function element(panel: Panel): Element {
  const { id = 0, title = '', description = '', transparent = false, transformations = [] } = panel;
  const spec: PanelKind['spec'] = {
    id,
    title,
    description,
    transparent,
    links: [],
    data: {
      kind: 'QueryGroup',
      spec: {
        queries: (panel.targets ?? []).map((target) => {
          const { refId = 'A', hide = false, datasource, ...query } = target as Dataquery;
          return {
            kind: 'PanelQuery',
            spec: { refId, hidden: hide, query: dataQuery('prometheus', query, datasource?.uid) },
          };
        }),
        transformations: transformations.map(({ id: group, options }) => ({
          kind: 'Transformation',
          group,
          spec: { options },
        })),
        queryOptions: {},
      },
    },
    vizConfig: {
      kind: 'VizConfig',
      group: panel.type,
      version: panel.pluginVersion ?? '',
      spec: {
        options: panel.options ?? {},
        // The enumerations of both schemas have the same values, by two names.
        fieldConfig: (panel.fieldConfig ?? { defaults: {}, overrides: [] }) as unknown as FieldConfigSource,
      },
    },
  };
  return { kind: 'Panel', spec };
}

function layout(panels: ReadonlyArray<Panel | RowPanel>): GridLayoutKind | RowsLayoutKind {
  const rows = sections(panels);
  const [first] = rows;
  if (first !== undefined && rows.length === 1 && first.heading === undefined) return grid(first.panels);
  return {
    kind: 'RowsLayout',
    spec: {
      rows: rows.map(({ heading, panels: inside }) => ({
        kind: 'RowsLayoutRow',
        spec: {
          title: heading?.title ?? '',
          collapse: heading?.collapsed ?? false,
          ...(heading === undefined && { hideHeader: true }),
          layout: grid(inside),
        },
      })),
    },
  };
}

interface Section {
  readonly heading: RowPanel | undefined;
  readonly panels: Panel[];
}

/** In schema v1 a heading that is not folded stands before its panels, in one list with them. */
function sections(panels: ReadonlyArray<Panel | RowPanel>): readonly Section[] {
  const all: Section[] = [];
  for (const panel of panels) {
    if ('collapsed' in panel) all.push({ heading: panel, panels: [...panel.panels] });
    else {
      if (all.length === 0) all.push({ heading: undefined, panels: [] });
      all.at(-1)?.panels.push(panel);
    }
  }
  return all;
}

/** Places count from the top of the row. */
function grid(panels: readonly Panel[]): GridLayoutKind {
  const top = Math.min(...panels.map(({ gridPos }) => gridPos?.y ?? 0));
  return {
    kind: 'GridLayout',
    spec: {
      items: panels.map((panel) => {
        const { x = 0, y = 0, w = 24, h = 8 } = panel.gridPos ?? {};
        const name = elementName(panel);
        return {
          kind: 'GridLayoutItem',
          spec: { x, y: y - top, width: w, height: h, element: { kind: 'ElementReference', name } },
        };
      }),
    },
  };
}
