import type { DashboardConfig } from '../config.ts';
import { grafanaUid } from './grafana-uid.ts';
import { optional } from './kind.ts';
import type { Kind } from './kind.ts';
import { matchers } from './matchers.ts';
import { bounds, count, days, number, share, size, time, wholeSeconds } from './quantity.ts';
import { url } from './url.ts';

/** The kind of every value of a configuration, in its shape: what the configuration gains, the file must gain. */
export type Settings<Of> = {
  readonly [Key in keyof Of]-?: IsSection<NonNullable<Of[Key]>> extends true
    ? Settings<NonNullable<Of[Key]>>
    : Kind<Of[Key]>;
};

// Matchers are a value: whatever label may be in them.
type IsSection<Of> = Of extends number | string | readonly unknown[] ? false : string extends keyof Of ? false : true;

const latency = time(0.001, 3600);

/** Every setting of the configuration file. */
export const settings: Settings<DashboardConfig> = {
  scrapeIntervalS: wholeSeconds(1, 300),
  evaluationIntervalS: wholeSeconds(1, 120),
  applications: matchers,
  hosts: matchers,
  latencyBoundsS: bounds,
  datasource: { uid: grafanaUid, url },
  urls: { runbooks: optional(url), dashboards: url },
  thresholds: {
    cpu: { high: share, critical: share },
    memory: { high: share },
    cache: { hitRatio: share, minimumLookups: count },
    latency: { warnS: latency, highS: latency, share, slowS: latency, minimumRequests: count },
    errors: { share, minimumRequests: count },
    throughput: { floor: optional(number(0)), baselineShare: share, minimumBaseline: number(0) },
    memoryGrowth: { bytesPerHour: size, bytesIn10Minutes: size },
    regression: { ratio: number(1), differenceS: time(0, 3600), minimumRequests: count },
    eventLoop: { delayS: latency },
    throttling: { share },
    slo: { objective: share, latencyS: latency, periodDays: days, minimumBad: count },
  },
};

/** What a key of the configuration is called in the file, where a time has a unit of its own: `warnS` is `warn`. */
export function fileKey(key: string): string {
  return key.replace(/S$/, '');
}

/** Whether a row of the table is a value rather than a section of more rows. */
export function isKind(row: object): row is Kind<unknown> {
  return 'read' in row && typeof row.read === 'function';
}
