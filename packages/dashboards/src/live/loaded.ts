/** Labels of a series, its name as `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/** A value at a time, in seconds since 1970; it may be NaN or infinite. */
export type Sample = readonly [timeS: number, value: number];

/** A series of a result; one of an instant query has one sample. */
export interface ResultSeries {
  readonly labels: Labels;
  readonly samples: readonly Sample[];
}

/** A rule as Prometheus has loaded it. */
export interface LoadedRule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  /** Seconds that an alert's query must have had a result before it fires. */
  readonly duration?: number;
  /** Seconds that it goes on firing once its query has none. */
  readonly keepFiringFor?: number;
  readonly health: 'ok' | 'err' | 'unknown';
  /** What went wrong the last time. */
  readonly lastError?: string;
  /** Seconds that the last evaluation took. */
  readonly evaluationTime: number;
  readonly state?: 'inactive' | 'pending' | 'firing';
  readonly labels?: Labels;
  readonly alerts?: ReadonlyArray<{ readonly state: string; readonly labels: Labels; readonly annotations: Labels }>;
}

/** A group of rules as Prometheus has loaded it. */
export interface LoadedRuleGroup {
  readonly name: string;
  readonly file: string;
  /** Seconds between two evaluations. */
  readonly interval: number;
  /** Seconds that the last evaluation took. */
  readonly evaluationTime: number;
  readonly rules: readonly LoadedRule[];
}

/** What Prometheus scrapes. */
export interface Target {
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly labels: Labels;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
  /** Such as `15s`. */
  readonly scrapeInterval: string;
}
