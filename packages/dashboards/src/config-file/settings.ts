import type { DashboardConfig } from '../config.ts';
import { RATE_WINDOW_S } from '../measures/recorded.ts';
import { LEAST_SCRAPES } from '../scope.ts';
import { bounds } from './bounds.ts';
import { grafanaUid } from './grafana-uid.ts';
import type { Kind } from './kind.ts';
import { matchers } from './matchers.ts';
import { number } from './number.ts';
import { optional } from './optional.ts';
import { share } from './share.ts';
import { size } from './size.ts';
import { time, writeTime } from './time.ts';
import { url } from './url.ts';
import { count, days } from './whole-number.ts';
import { wholeSeconds } from './whole-seconds.ts';

/** One setting: what it is for, as an editor shows it, and what kind of value it has. */
export interface Setting<Value> extends Kind<Value> {
  readonly description: string;
}

/** Every value of a configuration, in its shape: what the configuration gains, the file must gain. */
export type Settings<Of> = {
  readonly [Key in keyof Of]-?: IsSection<NonNullable<Of[Key]>> extends true
    ? Settings<NonNullable<Of[Key]>>
    : Setting<Of[Key]>;
};

// Matchers are a value: whatever label may be in them.
type IsSection<Of> = Of extends number | string | readonly unknown[] ? false : string extends keyof Of ? false : true;

// The windows of alerts grow with the interval; that of the recorded rates has its length in its name.
const since = `, since recorded rates look ${writeTime(RATE_WINDOW_S)} back and take four scrapes`;
const latency = time(0.001, 3600);
const requests = { description: 'requests in 5 minutes that it takes to speak of a share', ...count };

/** Every setting of the configuration file. */
export const settings: Settings<DashboardConfig> = {
  scrapeIntervalS: {
    description: 'how often Prometheus scrapes the sidecars',
    ...wholeSeconds(1, RATE_WINDOW_S / LEAST_SCRAPES, since),
  },
  evaluationIntervalS: { description: 'how often Prometheus evaluates the rules', ...wholeSeconds(1, 120) },
  applications: { description: 'what every series of an application has, in addition to the default', ...matchers },
  hosts: {
    description: 'what every series of a sidecar itself has (hosts, watched servers, up), in addition to the default',
    ...matchers,
  },
  latencyBoundsS: { description: 'upper bounds of the latency histogram, as the option buckets has them', ...bounds },
  datasource: {
    uid: { description: 'the uid of the data source that Grafana asks', ...grafanaUid },
    url: { description: 'where the server of Grafana reaches Prometheus', ...url('http://prometheus:9090') },
  },
  urls: {
    runbooks: {
      description: 'the folder of the runbooks; none for the dashboard that holds them',
      ...optional(url('https://runbooks.example.com/outrider')),
    },
    dashboards: {
      description: 'what the uid of a dashboard is put behind',
      ...url('https://grafana.example.com/d'),
    },
  },
  thresholds: {
    cpu: {
      high: { description: 'most of the CPU time of a host that may be used, for a warning', ...share },
      critical: { description: 'most of the CPU time of a host that may be used, critical', ...share },
    },
    memory: {
      high: { description: 'most of the memory of a host that may be used', ...share },
      container: { description: 'most of its memory limit that the working set of a container may be', ...share },
    },
    cache: {
      hitRatio: { description: 'share of lookups that must be hits', ...share },
      minimumLookups: { description: 'lookups in 10 minutes that it takes to speak of a share', ...count },
    },
    latency: {
      warnS: { description: 'the latency that at most share of the requests may exceed, for a warning', ...latency },
      highS: { description: 'the latency that at most share of the requests may exceed, critical', ...latency },
      share: { description: 'share of requests that may take longer than warn and high', ...share },
      slowS: { description: 'a request that takes longer is a slow one', ...latency },
      minimumRequests: requests,
    },
    errors: {
      share: { description: 'share of requests that may fail', ...share },
      minimumRequests: requests,
    },
    throughput: {
      floor: { description: 'least requests a second; none for no alert', ...optional(number(0)) },
      baselineShare: { description: 'least share of the requests of both baselines', ...share },
      minimumBaseline: { description: 'requests a second that the baselines must have had', ...number(0) },
    },
    memoryGrowth: {
      bytesPerHour: { description: 'what the floor of the heap may grow in an hour', ...size },
      bytesIn10Minutes: { description: 'what the resident memory may grow in 10 minutes', ...size },
    },
    regression: {
      ratio: { description: 'how many times slower than the reference is a regression', ...number(1) },
      differenceS: { description: 'by how much it must be slower at the least, too', ...time(0, 3600) },
      minimumRequests: { description: 'requests in 5 minutes, now and in the reference, that it takes', ...count },
    },
    eventLoop: { delayS: { description: 'most delay of the event loop, 99th percentile', ...latency } },
    throttling: {
      share: { description: "share of the scheduler's periods in which a container may be throttled", ...share },
    },
    slo: {
      objective: { description: 'share of requests that must be good: no server error, and in time', ...share },
      latencyS: { description: 'what a good request takes at most', ...latency },
      periodDays: { description: 'what the error budget is for', ...days },
      minimumBad: { description: 'bad requests in the long window that an alert takes', ...count },
    },
  },
};

/** What a key of the configuration is called in the file, where a time has a unit of its own: `warnS` is `warn`. */
export function fileKey(key: string): string {
  return key.replace(/S$/, '');
}

/** Whether a row of the table is a value rather than a section of more rows. */
export function isKind(row: object): row is Setting<unknown> {
  return 'read' in row && typeof row.read === 'function';
}
