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

describe.each([
  ['as it comes', defaultConfig],
  ['for another installation', another],
])('what is generated %s', (_, config) => {
  const bundle = bundleOf(config);
  it.each(Object.entries(checks))('%s', (__, check) => {
    expect(check(bundle)).toEqual([]);
  });
});
