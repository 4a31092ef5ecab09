/** What is behind a panel without data. Those of {@link EMPTY_IS_WELL} need nobody to do anything. */
export type FindingCode =
  | 'unreachable'
  | 'not-prometheus'
  | 'credentials'
  | 'query-refused'
  | 'no-answer'
  | 'not-scraped'
  | 'target-down'
  | 'scraped-too-seldom'
  | 'rate-window'
  | 'no-honor-labels'
  | 'nobody-pushes'
  | 'no-requests'
  | 'metric-missing'
  | 'other-name'
  | 'label'
  | 'bucket'
  | 'too-old'
  | 'rules-not-loaded'
  | 'rules-differ'
  | 'rule-fails'
  | 'no-match'
  | 'by-design'
  | 'not-used'
  | 'idle'
  | 'too-young';

/** Why something is not as it should be, or why it is well that there is nothing. */
export interface Finding {
  readonly code: FindingCode;
  /** One line. */
  readonly why: string;
  /** The command or the setting that mends it; for what is not used, the one that would bring it. */
  readonly mend?: string;
}

/** What is wrong with nobody: there is nothing to see yet, or by choice. */
export const EMPTY_IS_WELL: ReadonlySet<FindingCode> = new Set(['by-design', 'not-used', 'idle', 'too-young']);

/** What became of one panel. */
export interface PanelReport {
  readonly id: number;
  readonly title: string;
  /** `empty`: no data, and that is well. `partly`: some of its queries should have data and have none. */
  readonly status: 'ok' | 'empty' | 'partly' | 'missing';
  readonly findings: readonly Finding[];
}

/** What became of the panels of one dashboard. */
export interface DashboardReport {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly PanelReport[];
}

/** What the doctor found. */
export interface Report {
  /** Without what it takes to be let in. */
  readonly prometheus: { readonly url: string; readonly version?: string };
  /** What is wrong beyond single panels, the worst first. */
  readonly problems: readonly Finding[];
  readonly dashboards: readonly DashboardReport[];
  /** Whether all that should be there is there. */
  readonly well: boolean;
}
