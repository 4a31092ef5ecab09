import { initialValues } from '@outrider/dashboards';
import type { Dashboard, PanelQuery, Values } from '@outrider/dashboards';
import { config } from './live-stage.ts';

// All that a stage lives through.
const LOOKED_AT = { scrapeIntervalS: config.scrapeIntervalS, rangeS: 180, stepS: 1 };

/** A dashboard as it is opened. */
export function initial(dashboard: Dashboard): Values {
  return initialValues(dashboard, LOOKED_AT);
}

/** A dashboard, and what somebody chose on it. */
export interface Choice {
  readonly dashboard: Dashboard;
  readonly values: Values;
}

/** All values of variables that are not from Prometheus, but the first. */
export function otherChoices(dashboard: Dashboard): readonly Choice[] {
  return dashboard.variables
    .filter((variable) => variable.type === 'custom')
    .flatMap(({ name, values }) =>
      Object.keys(values)
        .slice(1)
        .map((value) => {
          const opened = initial(dashboard);
          return { dashboard, values: { ...opened, variables: { ...opened.variables, [name]: value } } };
        }),
    );
}

/** Whether a query is another one with these values. */
export function isAbout(values: Values): (query: PanelQuery) => boolean {
  return ({ dashboard, query: { expr } }) =>
    Object.entries(values.variables).some(
      ([name, value]) =>
        initial(dashboard).variables[name] !== value && (expr.includes(`$${name}`) || expr.includes(`\${${name}`)),
    );
}
