import type { DashboardConfig } from '../config.ts';
import { availabilityAlerts } from './availability-alerts.ts';
import { hostAlerts } from './host-alerts.ts';
import { recordingGroups } from './recording.ts';
import { regressionAlerts } from './regression-alerts.ts';
import { requestAlerts } from './request-alerts.ts';
import { resourceAlerts } from './resource-alerts.ts';
import type { AlertRule, RuleGroup } from './rule.ts';
import { sloAlerts } from './slo-alerts.ts';

/** All rules, in groups. */
export function ruleGroups(config: DashboardConfig): readonly RuleGroup[] {
  const interval = `${config.evaluationIntervalS}s`;
  return [
    ...recordingGroups(config),
    { name: 'outrider-host-alerts', interval, rules: hostAlerts(config) },
    { name: 'outrider-request-alerts', interval, rules: requestAlerts(config) },
    { name: 'outrider-resource-alerts', interval, rules: resourceAlerts(config) },
    { name: 'outrider-regression-alerts', interval, rules: regressionAlerts(config) },
    { name: 'outrider-slo-alerts', interval, rules: sloAlerts(config) },
    { name: 'outrider-availability-alerts', interval, rules: availabilityAlerts(config) },
  ];
}

/** All alerts, in the order of their groups; several of them may have one name. */
export function alertRules(config: DashboardConfig): readonly AlertRule[] {
  return ruleGroups(config).flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? [rule] : [])));
}
