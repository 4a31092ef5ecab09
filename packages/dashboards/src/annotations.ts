import type { DashboardConfig } from './config.ts';
import type { Annotation } from './dashboard.ts';
import { releases } from './measures/releases.ts';
import { panelScope } from './scope.ts';

/** When releases were first seen, on dashboards with the variables job and instance. */
export function releaseMarks(config: DashboardConfig): Annotation {
  return {
    name: 'Releases',
    expr: `${releases(panelScope(config))} * 1000`,
    title: '{{job}} {{service_version}}',
    colour: 'blue',
    valueIsTime: true,
  };
}

/** While alerts fire that say something was better before, on dashboards with the variable job. */
export const regressionMarks: Annotation = {
  name: 'Regressions',
  expr: 'ALERTS{alertstate="firing",kind="regression",job=~"$job"}',
  title: '{{alertname}} {{job}} {{http_route}}',
  colour: 'red',
  emptyIsHealthy: 'an alert fires only when something got worse',
};
