import type { AlertName } from './panel-ids.ts';

// Texts are Markdown. In them [[CpuHigh]] is a link to that alert's runbook, [[outrider-api]] one to that dashboard, and
// [[outrider-api/21]] one to that panel, called by the title that it has. None has a dollar: Grafana would fill it in.

/** What to do about an alert, for whoever is woken by it. */
export interface Runbook {
  readonly alert: AlertName;
  /** What fires it, in one sentence. */
  readonly fires: string;
  /** What it means, exactly. */
  readonly meaning: string;
  /** What users and other parts notice. */
  readonly impact: string;
  /** What to look at, in this order. */
  readonly diagnosis: readonly Step[];
  /** What it is likely to be, told apart by what is seen. */
  readonly causes: readonly Cause[];
  /** What to do, in this order. */
  readonly mitigation: readonly string[];
  /** When it is none, and what to do about that. */
  readonly falseAlarm: string;
  /** Settings of the configuration that decide when it fires, such as `thresholds.cpu.high`. */
  readonly settings: readonly string[];
}

/** One look. */
export interface Step {
  readonly look: string;
  /** Dashboard and panel that show it, such as `outrider-api/21`. */
  readonly at?: string;
  /** Which of the panel's queries to show, or the column of a table, for those who have no Grafana at hand. */
  readonly query?: number | string;
}

/** A cause, and how one sees that it is this one. */
export interface Cause {
  readonly seen: string;
  readonly cause: string;
}

/** Runbooks of one theme. */
export interface Theme {
  /** Of the row in the dashboard. */
  readonly id: number;
  readonly title: string;
  readonly runbooks: readonly Runbook[];
}
