/** A rule that keeps the result of an expression as a series of its own. */
export interface RecordingRule {
  /** `level:metric:operations`, as Prometheus names recorded series. */
  readonly record: string;
  readonly expr: string;
}

/** How bad it is. */
export type Severity = 'critical' | 'warning' | 'info';

/** What somebody, or something, should do about it. */
export type Action = 'page' | 'ticket' | 'scale' | 'restart' | 'rollback' | 'look';

/** A rule that fires while an expression has a result. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** How long it must be so before it fires, such as `5m`. */
  readonly for: string;
  /** How long it goes on firing once it is not so any more. */
  readonly keepFiringFor?: string;
  readonly severity: Severity;
  /** Labels besides severity, signal and kind. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What it is about: alerts of one signal mute each other. */
  readonly signal: string;
  /** `regression`: it was better before. `threshold`: it is bad by itself. */
  readonly kind: 'threshold' | 'regression' | 'availability';
  /** One line, with value and place. */
  readonly summary: string;
  /** What it means, with value and threshold. */
  readonly description: string;
  /** What the description goes on with where the rule can ask Prometheus, which Grafana's rules can't: see worst-routes.ts. */
  readonly places?: string;
  readonly action: Action;
  /** The uid of the dashboard that shows it. */
  readonly dashboard: string;
  /** What is chosen there: variables of the dashboard, by the labels of the alert that have their values. */
  readonly shows: Readonly<Record<string, string>>;
}

/** Rules that are evaluated one after the other, so that the later ones see what the earlier ones recorded. */
export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: ReadonlyArray<RecordingRule | AlertRule>;
}
