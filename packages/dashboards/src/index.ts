export { defaultConfig } from './config.ts';
export type { DashboardConfig, Thresholds } from './config.ts';
export { rulesContent, rulesFile } from './rules/rules-file.ts';
