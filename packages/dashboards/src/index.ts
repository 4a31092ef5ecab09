export { defaultConfig } from './config.ts';
export type { DashboardConfig, Matchers, Thresholds } from './config.ts';
export type * from './dashboard.ts';
export { allDashboards } from './dashboards/all-dashboards.ts';
export { generatedFiles } from './files.ts';
export { interpolate, variablesIn } from './interpolate.ts';
export type { Values } from './interpolate.ts';
export { ruleGroups } from './rules/groups.ts';
export type { AlertRule, RecordingRule, RuleGroup } from './rules/rule.ts';
