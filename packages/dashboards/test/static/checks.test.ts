import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig } from '../../src/config.ts';
import { bundleOf } from './bundle.ts';
import { checks } from './checks.ts';

const { thresholds } = defaultConfig;
// An installation that has everything differently.
const another: DashboardConfig = {
  ...defaultConfig,
  scrapeIntervalS: 30,
  evaluationIntervalS: 60,
  applications: { cluster: '="eu"', job: '=~"shop-.*"' },
  hosts: { cluster: '="eu"', job: '="node/outrider"' },
  latencyBoundsS: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2],
  urls: { runbooks: 'https://runbooks.example', dashboards: 'https://grafana.example/d' },
  thresholds: {
    ...thresholds,
    latency: { ...thresholds.latency, warnS: 0.1, highS: 0.5, slowS: 2 },
    throughput: { ...thresholds.throughput, floor: 800 },
    slo: { ...thresholds.slo, objective: 0.995, latencyS: 0.25, periodDays: 28 },
  },
};

// The longest scrape interval, the ends of what figures may be, and labels with all that has a meaning somewhere.
const strange: DashboardConfig = {
  ...defaultConfig,
  scrapeIntervalS: 60,
  evaluationIntervalS: 120,
  applications: {
    team: JSON.stringify('="}{[5m] or # \\n$ é 💥\'').replace(/^/, '='),
    job: '=~"(?i:shop)|a{1,3}|\\\\d+$"',
  },
  hosts: { cluster: '!=""', zone: '!~"eu|us"' },
  latencyBoundsS: [0.000_001, 0.001, 0.0105, 0.15, 59.5, 86_400],
  datasource: { uid: '-', url: 'http://[::1]:9090/a%20b' },
  urls: { runbooks: "https://r.example/a'b/(c)", dashboards: 'https://g.example:8443/x/d' },
  thresholds: {
    ...thresholds,
    cpu: { high: 0.000_000_1, critical: 1 },
    cache: { hitRatio: 1, minimumLookups: Number.MAX_SAFE_INTEGER },
    latency: { ...thresholds.latency, warnS: 0.001, highS: 0.0105, slowS: 59.5, share: 0.000_000_1 },
    throughput: { floor: 1e21, baselineShare: 1, minimumBaseline: 0 },
    memoryGrowth: { bytesPerHour: 1, bytesIn10Minutes: 2 ** 40 },
    regression: { ratio: 1, differenceS: 0, minimumRequests: 1 },
    slo: { objective: 0.999_999_9, latencyS: 0.15, periodDays: 366, minimumBad: 1 },
  },
};

describe.each([
  ['as it comes', defaultConfig],
  ['for another installation', another],
  ['for a strange installation', strange],
])('what is generated %s', (_, config) => {
  const bundle = bundleOf(config);
  it.each(Object.entries(checks))('%s', (__, check) => {
    expect(check(bundle)).toEqual([]);
  });
});
