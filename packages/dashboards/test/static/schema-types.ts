// What the generated JSON must look like. Grafana's npm package has types and no JSON schemas, so these become schemas
// when the tests run; where its types say `any`, what the plugin in question reads is written down here.
import type {
  AnnotationQuery,
  Dashboard as DashboardV1,
  DashboardLink,
  FieldConfig,
  Panel,
  RowPanel,
  VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dashboard as DashboardV2 } from '@grafana/grafana-foundation-sdk/dashboardv2';
import type { FieldConfig as HeatmapFields, Options as HeatmapOptions } from '@grafana/grafana-foundation-sdk/heatmap';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Metadata } from '@grafana/grafana-foundation-sdk/resource';
import type { Options as StatOptions } from '@grafana/grafana-foundation-sdk/stat';
import type { FieldConfig as TableFields, Options as TableOptions } from '@grafana/grafana-foundation-sdk/table';
import type { Options as TextOptions } from '@grafana/grafana-foundation-sdk/text';
import type {
  FieldConfig as TimeSeriesFields,
  Options as TimeSeriesOptions,
} from '@grafana/grafana-foundation-sdk/timeseries';

/** A query of Prometheus, as JSON has it. */
type Target = Omit<Dataquery, '_implementsDataqueryVariant'>;

/** What Grafana's Prometheus plugin takes as the query of a variable; 1 is `label_values`. */
interface VariableQuery {
  qryType: 1;
  query: string;
  refId: string;
}

/** A dashboard of schema v1. */
export interface V1 extends Omit<DashboardV1, 'panels' | 'templating' | 'annotations' | 'links' | 'snapshot'> {
  panels: (V1Panel | V1Row)[];
  templating: { list: V1Variable[] };
  annotations: { list: Omit<AnnotationQuery, 'target' | 'placement'>[] };
  // The SDK's default would hide them in a menu.
  links: Omit<DashboardLink, 'placement'>[];
}

interface V1Row extends Omit<RowPanel, 'panels'> {
  panels: V1Panel[];
}

interface V1Panel extends Omit<Panel, 'targets'> {
  type: 'stat' | 'timeseries' | 'table' | 'heatmap' | 'text';
  targets?: Target[];
}

interface V1Variable extends Omit<VariableModel, 'query'> {
  query: string | VariableQuery;
}

/** A dashboard of schema v2, as the API and provisioning take it. */
export interface V2 {
  apiVersion: 'dashboard.grafana.app/v2';
  kind: 'Dashboard';
  metadata: Metadata;
  spec: DashboardV2;
}

/** The query of a panel or annotation in schema v2, which has its name and data source elsewhere. */
export type V2Query = Omit<Target, 'refId' | 'datasource' | 'hide'>;

/** The query of a variable in schema v2. */
export type V2VariableQuery = VariableQuery;

/** The query of an annotation in schema v2. */
export interface V2AnnotationQuery {
  expr: string;
  interval: string;
  refId: 'Anno';
}

/** What else the Prometheus plugin reads of an annotation. */
export interface V2AnnotationOptions {
  titleFormat: string;
  useValueForTime: boolean;
}

/** What belongs to one kind of panel. */
export interface Stat {
  options: StatOptions;
  custom: StatCustom;
}
export interface TimeSeries {
  options: TimeSeriesOptions;
  custom: TimeSeriesCustom;
}
export interface Table {
  options: TableOptions;
  custom: TableCustom;
}
export interface Heatmap {
  options: HeatmapOptions;
  custom: HeatmapFields;
}
export interface Text {
  options: TextOptions;
  custom: StatCustom;
}

/** What an override may set under `custom.`, by kind of panel. */
export type StatCustom = Record<string, never>;
export type TimeSeriesCustom = TimeSeriesFields;
export type TableCustom = Partial<TableFields>;

/** What an override may set beside that. */
export interface Field extends Omit<FieldConfig, 'links'> {
  links?: { title: string; url: string; targetBlank?: boolean }[];
}

/** The transformations that are used, by their ids. */
export interface Transformations {
  merge?: Record<string, never>;
  filterFieldsByName?: { include: { names: string[] } };
  organize?: {
    excludeByName: Record<string, boolean>;
    indexByName: Record<string, number>;
    renameByName: Record<string, string>;
  };
}
