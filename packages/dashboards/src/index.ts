export { defaultConfig } from './config.ts';
export type { DashboardConfig, Matchers, Thresholds } from './config.ts';
export { printConfig } from './config-file/print-config.ts';
export { readConfig } from './config-file/read-config.ts';
export type * from './dashboard.ts';
export { examine } from './doctor/examine.ts';
export { EMPTY_IS_WELL } from './doctor/finding.ts';
export type { DashboardReport, Finding, FindingCode, PanelReport, Report } from './doctor/finding.ts';
export { allDashboards } from './dashboards/all-dashboards.ts';
export { generatedFiles } from './files.ts';
export type { Values } from './interpolate.ts';
export { ruleGroups } from './rules/groups.ts';
export type { AlertRule, RecordingRule, RuleGroup } from './rules/rule.ts';
export type { Labels, LoadedRule, LoadedRuleGroup, ResultSeries, Sample, Target } from './live/loaded.ts';
export { PrometheusClient } from './live/prometheus-client.ts';
export type { PrometheusClientOptions } from './live/prometheus-client.ts';
export { PrometheusError } from './live/prometheus-error.ts';
export {
  annotationQueries,
  initialValues,
  panelQueries,
  run,
  runAnnotations,
  runVariables,
  variableQueries,
} from './live/run-queries.ts';
export type { AnnotationQuery, LookedAt, Outcome, PanelQuery, ValuesOf, VariableQuery } from './live/run-queries.ts';
