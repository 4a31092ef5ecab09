import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig } from '../../src/config.ts';
import { generatedFiles } from '../../src/files.ts';
import { prometheusConfig } from '../../src/outputs/prometheus-config.ts';
import { ruleGroups } from '../../src/rules/groups.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outrider-prometheus-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('is valid, and finds the rules and each of them valid', async () => {
  for (const [path, text] of generatedFiles(defaultConfig)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const { stdout } = await promisify(execFile)('promtool', [
    'check',
    'config',
    join(folder, 'prometheus/prometheus.yml'),
  ]);
  const count = ruleGroups(defaultConfig).flatMap(({ rules }) => rules).length;
  expect(stdout).toContain('SUCCESS: 1 rule files found');
  expect(stdout).toContain(`SUCCESS: ${count} rules found`);
});

it('scrapes and evaluates as often as configured, and by the name that rules and dashboards look for', () => {
  const config: DashboardConfig = {
    ...defaultConfig,
    scrapeIntervalS: 10,
    evaluationIntervalS: 20,
    hosts: { job: '="sidecars"' },
  };
  expect(parse(prometheusConfig(config))).toMatchObject({
    global: { scrape_interval: '10s', evaluation_interval: '20s' },
    scrape_configs: [{ job_name: 'sidecars', honor_labels: true }],
  });
  const byPattern = { ...config, hosts: { job: '=~"edge-.*"' } };
  expect(parse(prometheusConfig(byPattern))).toMatchObject({ scrape_configs: [{ job_name: 'outrider' }] });
});

it('scrapes at least four times in the shortest window of a rule', () => {
  const exprs = ruleGroups(defaultConfig).flatMap(({ rules }) => rules.map(({ expr }) => expr));
  const minutes = exprs.flatMap((expr) => [...expr.matchAll(/\[(\d+)m\]/g)].map(([, count]) => Number(count)));
  expect(Math.min(...minutes) * 60).toBeGreaterThanOrEqual(4 * defaultConfig.scrapeIntervalS);
});
