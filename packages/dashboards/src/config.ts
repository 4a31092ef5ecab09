import { LATENCY_BOUNDS } from '@outrider/core/catalogue';

/** Label of Prometheus to operator and value, such as `{ job: '=~"shop-.*"', cluster: '="eu"' }`. */
export type Matchers = Readonly<Record<string, string>>;

/** Everything that dashboards, rules and runbooks may differ in; shares are from 0 to 1, times in seconds, sizes in bytes. */
export interface DashboardConfig {
  /** How often Prometheus scrapes the sidecars. */
  readonly scrapeIntervalS: number;
  /** How often Prometheus evaluates the rules. */
  readonly evaluationIntervalS: number;
  /** What every series of an application must satisfy. */
  readonly applications: Matchers;
  /** What every series of a sidecar itself must satisfy: those of hosts, servers and Outrider, and Prometheus' own `up`. */
  readonly hosts: Matchers;
  /** Upper bounds of the latency histogram, ascending, as the middleware's option `buckets` has them. */
  readonly latencyBoundsS: readonly number[];
  /** The Prometheus that Grafana asks: the uid of its data source, and where Grafana's server reaches it. */
  readonly datasource: { readonly uid: string; readonly url: string };
  readonly urls: {
    /** The folder of the runbooks, `<name of the alert>.md` each; undefined for the dashboard that holds them. */
    readonly runbooks: string | undefined;
    /** What the uid of a dashboard is put behind. */
    readonly dashboards: string;
  };
  readonly thresholds: Thresholds;
}

/** When something is worth an alert. */
export interface Thresholds {
  /** Share of the host's CPU time. */
  readonly cpu: { readonly high: number; readonly critical: number };
  readonly memory: {
    /** Share of the host's memory. */
    readonly high: number;
    /** Share of its memory limit that the working set of a container is: at the limit a process ends, whatever the host has. */
    readonly container: number;
  };
  /** Share of lookups that must be hits, and how many lookups in 10 minutes it takes to say so. */
  readonly cache: { readonly hitRatio: number; readonly minimumLookups: number };
  readonly latency: {
    /** Bounds of the latency histogram; more than `share` of the requests above one of them is too slow. */
    readonly warnS: number;
    readonly highS: number;
    readonly share: number;
    /** A request above this bound is a slow one. */
    readonly slowS: number;
    /** Requests in 5 minutes that it takes to speak of a share. */
    readonly minimumRequests: number;
  };
  readonly errors: { readonly share: number; readonly minimumRequests: number };
  readonly throughput: {
    /** Requests a second below which an alert fires; undefined for none. */
    readonly floor: number | undefined;
    /** Share of both baselines below which an alert fires. */
    readonly baselineShare: number;
    /** Requests a second that the baselines must have had. */
    readonly minimumBaseline: number;
  };
  readonly memoryGrowth: {
    /** Bytes an hour by which the floor of the heap may grow. */
    readonly bytesPerHour: number;
    /** Bytes by which the resident memory may grow in 10 minutes. */
    readonly bytesIn10Minutes: number;
  };
  readonly regression: {
    /** How many times slower than the reference, and by how much at the least; both must be so. */
    readonly ratio: number;
    readonly differenceS: number;
    /** Requests in 5 minutes, now and in the reference. */
    readonly minimumRequests: number;
  };
  /** Delay of the event loop, 99th percentile. */
  readonly eventLoop: { readonly delayS: number };
  /** Share of the scheduler's periods in which the container was throttled. */
  readonly throttling: { readonly share: number };
  readonly slo: {
    /** Share of requests that must be good: no server error, and within `latencyS`. */
    readonly objective: number;
    readonly latencyS: number;
    /** Days that the error budget is for. */
    readonly periodDays: number;
    /** Bad requests that it takes in the long window. */
    readonly minimumBad: number;
  };
}

const MiB = 2 ** 20;

/** What holds where nothing else is said. */
export const defaultConfig: DashboardConfig = {
  scrapeIntervalS: 15,
  evaluationIntervalS: 30,
  applications: {},
  hosts: { job: '="outrider"' },
  latencyBoundsS: LATENCY_BOUNDS,
  datasource: { uid: 'prometheus', url: 'http://prometheus:9090' },
  urls: {
    runbooks: undefined,
    dashboards: 'http://localhost:3000/d',
  },
  thresholds: {
    cpu: { high: 0.8, critical: 0.95 },
    memory: { high: 0.85, container: 0.9 },
    cache: { hitRatio: 0.3, minimumLookups: 100 },
    latency: { warnS: 0.06, highS: 0.15, share: 0.05, slowS: 3, minimumRequests: 100 },
    errors: { share: 0.02, minimumRequests: 50 },
    throughput: { floor: undefined, baselineShare: 0.5, minimumBaseline: 1 },
    memoryGrowth: { bytesPerHour: 10 * MiB, bytesIn10Minutes: 100 * MiB },
    regression: { ratio: 1.5, differenceS: 0.02, minimumRequests: 100 },
    eventLoop: { delayS: 0.2 },
    throttling: { share: 0.25 },
    slo: { objective: 0.99, latencyS: 0.5, periodDays: 30, minimumBad: 20 },
  },
};
