// What a dashboard consists of, before it is written in one of Grafana's schemas.

/** The units of Grafana that panels use. https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit */
export type Unit =
  | 's'
  | 'ms'
  | 'bytes'
  | 'Bps'
  | 'percentunit'
  | 'reqps'
  | 'ops'
  | 'cps'
  | 'short'
  | 'none'
  | 'dateTimeFromNow'
  | 'dateTimeAsIso';

/** One query of a panel. */
export interface Query {
  /** PromQL, with the variables of the dashboard in it. */
  readonly expr: string;
  /** What a series is called, such as `{{http_route}}`. */
  readonly legend: string;
  /** One value at the end of the time range instead of one a step; what tables and single figures need. */
  readonly instant?: boolean;
  readonly exemplars?: boolean;
  /** Why it is well if there is nothing to see, such as `only a container with a limit has one`. A test shows it filled. */
  readonly emptyIsHealthy?: string;
}

/** A value from which on something is coloured. */
export interface Mark {
  readonly from: number;
  readonly colour: 'green' | 'yellow' | 'orange' | 'red' | 'blue';
}

interface PanelBase {
  /** Unique within the dashboard, and kept for good: links and runbooks hang on it. */
  readonly id: number;
  readonly title: string;
  /** What it shows and what to look for. */
  readonly description: string;
  /** Columns of 24. */
  readonly width: number;
  /** Rows of some 30 pixels; unless told 8, or 9 in a line with legends below. All panels of a line have the same. */
  readonly height?: number;
}

interface QueryPanelBase extends PanelBase {
  readonly queries: readonly Query[];
  readonly unit: Unit;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
}

/** How the series whose names match are drawn: baselines and limits are dashed. */
export interface SeriesStyle {
  /** A regular expression for the whole name of the series. */
  readonly name: string;
  readonly dashed?: boolean;
  readonly colour?: string;
  /** On an axis at the right, with a unit of its own. */
  readonly rightAxis?: Unit;
  /** Filled down to the series of this name: a band. */
  readonly fillTo?: string;
  readonly hidden?: boolean;
}

/** Lines over time. */
export interface TimeSeriesPanel extends QueryPanelBase {
  readonly type: 'timeseries';
  /** Lines across the panel. */
  readonly marks?: readonly Mark[];
  readonly stacked?: boolean;
  /** The base of a logarithmic scale, for what a peak would flatten; without a `min`, which would be 0. */
  readonly logarithmic?: 2 | 10;
  /** Below the plot however wide the panel is, so that its time axis lines up with those of panels to compare it with. */
  readonly legendBelow?: boolean;
  readonly styles?: readonly SeriesStyle[];
}

/** One figure, or a few. */
export interface StatPanel extends QueryPanelBase {
  readonly type: 'stat';
  readonly marks?: readonly Mark[];
  /** The colour of what is below the first mark; green unless told. */
  readonly base?: Mark['colour'];
  /** With the course of it behind the figure; not for instant queries. */
  readonly sparkline?: boolean;
  /** Names instead of values, such as `{ 0: 'down', 1: 'up' }`. */
  readonly names?: Readonly<Record<number, string>>;
  /** What stands there when there is nothing, such as `none`. */
  readonly noValue?: string;
  /** Shows the names of the series rather than their values: for `the current release`. */
  readonly nameOnly?: boolean;
}

/** A column of a table: a label, or the value of a query. */
export interface Column {
  /** The label, or the index of the query. */
  readonly of: string | number;
  readonly title: string;
  readonly unit?: Unit;
  readonly decimals?: number;
  readonly marks?: readonly Mark[];
  /** Names instead of values, such as `{ 0: 'no', 1: 'yes' }`. */
  readonly names?: Readonly<Record<number, string>>;
  /** Where a click leads: the uid of a dashboard, and its variables by the labels that they are taken from. */
  readonly link?: { readonly dashboard: string; readonly variables: Readonly<Record<string, string>> };
}

/** Rows of what several instant queries say about the same labels. */
export interface TablePanel extends Omit<QueryPanelBase, 'unit'> {
  readonly type: 'table';
  readonly columns: readonly Column[];
  /** Title of the column that it is sorted by, largest first. */
  readonly sortBy: string;
}

/** How many requests were how slow, over time: one query of buckets by `le`. */
export interface HeatmapPanel extends QueryPanelBase {
  readonly type: 'heatmap';
}

/** Markdown. */
export interface TextPanel extends PanelBase {
  readonly type: 'text';
  readonly markdown: string;
}

export type QueryPanel = TimeSeriesPanel | StatPanel | TablePanel | HeatmapPanel;
export type Panel = QueryPanel | TextPanel;

/** A heading and what is below it. */
export interface Row {
  /** Undefined for panels above the first heading. */
  readonly id?: number;
  readonly title?: string;
  readonly collapsed?: boolean;
  readonly panels: readonly Panel[];
}

/** Something to choose at the top of a dashboard. */
export type Variable = QueryVariable | CustomVariable;

/** Values of a label. */
export interface QueryVariable {
  readonly type: 'query';
  readonly name: string;
  readonly title: string;
  /** The label whose values there are. */
  readonly label: string;
  /** The series that have it. */
  readonly of: string;
  /** Several at once, and all of them; else one. */
  readonly multiple: boolean;
  /** All of them means those without the label as well. */
  readonly optional?: boolean;
}

/** Values that are known. */
export interface CustomVariable {
  readonly type: 'custom';
  readonly name: string;
  readonly title: string;
  /** Value to what it is called; the first one is chosen. */
  readonly values: Readonly<Record<string, string>>;
}

/** Marks on the time axis, one for every sample. */
export interface Annotation {
  readonly name: string;
  readonly expr: string;
  /** Such as `{{service_version}}`. */
  readonly title: string;
  readonly colour: string;
  /** The value is the time, in milliseconds since 1970; else it is that of the sample. */
  readonly valueIsTime?: boolean;
  readonly emptyIsHealthy?: string;
}

/** A dashboard. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Variable[];
  readonly annotations?: readonly Annotation[];
  readonly rows: readonly Row[];
  /** What it shows at first, back from now, such as `3h`; an hour unless told. */
  readonly timeRange?: string;
}
