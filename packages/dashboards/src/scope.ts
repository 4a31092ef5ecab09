import type { DashboardConfig, Matchers } from './config.ts';
import { choosing, series } from './series.ts';
import type { HistogramPart } from './series.ts';

/**
 * Where a measure looks, and how far back. Rules ask for everything in minutes that are fixed, panels for what the
 * dashboard's variables select, in the window that Grafana finds right for the width of the panel: the measure is one.
 */
export interface Scope {
  /** A selector of series that carry the job, instance and worker of an application. */
  readonly application: Select;
  /** A selector of series of the sidecar itself: hosts, watched servers, Outrider. */
  readonly host: Select;
  /** The range of a rate, such as `5m`. */
  readonly window: string;
}

/**
 * @param name a metric of the catalogue, by its OpenTelemetry name
 * @param matchers attribute to operator and value, such as `{ 'cache.result': '="hit"' }`
 * @param part what of a histogram
 * @throws {Error} if the catalogue has no such metric or attribute
 */
export type Select = (name: string, matchers?: Matchers, part?: HistogramPart | '') => string;

/** Scrapes that a rate takes, so that it goes on when one or two of them fail. */
export const LEAST_SCRAPES = 4;

/**
 * The scope of rules: whatever the configuration lets in, in a window of minutes, or a longer one where that has too few
 * scrapes for a rate.
 */
export function ruleScope(config: DashboardConfig, window: `${number}m`): Scope {
  const leastS = LEAST_SCRAPES * config.scrapeIntervalS;
  const enough = Number.parseInt(window, 10) * 60 >= leastS ? window : `${leastS}s`;
  return { application: among(config.applications), host: among(config.hosts), window: enough };
}

/** The scope of panels: what the variables job and instance, or host, select. */
export function panelScope(config: DashboardConfig): Scope {
  return {
    application: among(choosing(config.applications, { job: '=~"$job"', instance: '=~"$instance"' })),
    host: among(choosing(config.hosts, { instance: '=~"$host"' })),
    window: '$__rate_interval',
  };
}

/** The same scope, but for an application's series of certain attributes only, such as those of the chosen pools. */
export function narrowed(scope: Scope, only: Matchers): Scope {
  return {
    ...scope,
    application: (name, matchers = {}, part = '') => scope.application(name, { ...matchers, ...only }, part),
  };
}

function among(labels: Matchers): Select {
  return (name, matchers = {}, part = '') => series(name, matchers, part, labels);
}
