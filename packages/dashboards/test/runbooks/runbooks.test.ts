import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig } from '../../src/config.ts';
import { allDashboards } from '../../src/dashboards/all-dashboards.ts';
import { generatedFiles } from '../../src/files.ts';
import { runbookFiles } from '../../src/outputs/runbook-files.ts';
import { alertRules } from '../../src/rules/groups.ts';
import { allRunbooks } from '../../src/runbooks/all-runbooks.ts';
import { runbookMarkdown } from '../../src/runbooks/markdown.ts';
import { RUNBOOK_PANELS } from '../../src/runbooks/panel-ids.ts';
import type { Runbook } from '../../src/runbooks/runbook.ts';
import { settingText } from '../../src/runbooks/setting.ts';

type Thresholds = DashboardConfig['thresholds'];

// With the alert that is off unless somebody names a floor.
const everything = withThresholds(({ throughput }) => ({ throughput: { ...throughput, floor: 800 } }));
const files = runbookFiles(everything, allDashboards(everything));
const pages = [...files].filter(([name]) => name !== 'README.md');
const runbooks = allRunbooks(everything).flatMap((theme) => theme.runbooks);

describe('runbooks', () => {
  it('are there for every alert, and for nothing else', () => {
    const alerts = [...new Set(alertRules(everything).map(({ alert }) => alert))].toSorted();
    expect(pages.map(([name]) => name.replace('.md', '')).toSorted()).toEqual(alerts);
    expect(runbooks.map(({ alert }) => alert).toSorted()).toEqual(Object.keys(RUNBOOK_PANELS).toSorted());
    expect(new Set(Object.values(RUNBOOK_PANELS)).size).toBe(alerts.length);
    for (const name of alerts) expect(files.get('README.md')).toContain(`| [${name}](${name}.md) |`);
  });

  it.each(pages)('%s has every heading, in order, and something below each', (name, text) => {
    const [first, ...sections] = text.split(/^## /m);
    expect(first).toContain(`# ${name.replace('.md', '')}\n\n`);
    expect(sections.map((section) => section.split('\n')[0])).toEqual([
      'Meaning',
      'Impact',
      'Diagnosis',
      'Likely causes',
      'Mitigation',
      'False alarm',
    ]);
    for (const section of sections) expect(section.split('\n').slice(2).join('').length).toBeGreaterThan(40);
    expect(text.split('\n').length).toBeLessThan(80);
  });

  it('leave nothing for Grafana to fill in, and no reference unresolved', () => {
    for (const [name, text] of pages) {
      expect(text, name).not.toMatch(/\$|\[\[|undefined|NaN/);
      expect(text.match(/```/g)?.length ?? 0, name).toSatisfy((fences: number) => fences % 2 === 0);
    }
  });

  it('have links that lead somewhere', () => {
    const { dashboards: base } = everything.urls;
    const panels = new Map(
      allDashboards(everything).map(({ uid, rows }) => [
        uid,
        new Set(rows.flatMap((row) => row.panels.map(({ id }) => id))),
      ]),
    );
    for (const [name, text] of files) {
      const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, url = '']) => url);
      expect(links.length, name).toBeGreaterThan(3);
      for (const link of links) {
        if (!link.startsWith(base)) expect([...files.keys()], name).toContain(link);
        else {
          const [, uid = '', panel] = /^\/([\w-]+)(?:\?viewPanel=(\d+))?$/.exec(link.slice(base.length)) ?? [];
          expect([...panels.keys()], `${name}: ${link}`).toContain(uid);
          if (panel !== undefined) expect([...(panels.get(uid) ?? [])], `${name}: ${link}`).toContain(Number(panel));
        }
      }
    }
  });

  it('have queries that Prometheus parses', async () => {
    const rules = pages.flatMap(([name, text]) =>
      [...text.matchAll(/```promql\n\s*(.+)\n/g)].map(([, expr = ''], index) => ({
        record: `runbook:${name.replace('.md', '')}:query${index}`,
        expr,
      })),
    );
    expect(rules.length).toBeGreaterThan(2 * pages.length);
    expect(await promtoolSays(rules)).toContain(`${rules.length} rules found`);
    await expect(promtoolSays([{ record: 'runbook:broken:query0', expr: 'sum(rate(a[5m])' }])).rejects.toThrow(
      'check rules',
    );
  });

  it('are shown in Grafana, each in its own panel, where alerts lead', () => {
    const dashboard = allDashboards(everything).at(-1);
    const shown = (dashboard?.rows ?? []).flatMap(({ panels }) => panels.filter(({ type }) => type === 'text'));
    expect(Object.fromEntries(shown.map(({ title, id }) => [title, id]))).toEqual(RUNBOOK_PANELS);
    const rules = generatedFiles(everything).get('prometheus/rules/outrider.yml') ?? '';
    for (const [alert, id] of Object.entries(RUNBOOK_PANELS))
      expect(rules, alert).toContain(`runbook_url: http://localhost:3000/d/outrider-runbooks?viewPanel=${id}\n`);
  });
});

describe('what a runbook says', () => {
  it('follows the configuration', () => {
    const changed = withThresholds(({ cpu, latency, slo }) => ({
      cpu: { ...cpu, high: 0.7 },
      latency: { ...latency, slowS: 1 },
      slo: { ...slo, objective: 0.995 },
    }));
    const now = runbookFiles(changed, allDashboards(changed));
    expect(now.get('CpuHigh.md')).toContain('more than 70 % of the time');
    expect(now.get('CpuHigh.md')).toContain('`thresholds.cpu.high: 70%`');
    expect(now.get('CpuHigh.md')).not.toContain('80');
    expect(now.get('SlowRequests.md')).toContain('longer than 1 s');
    expect(now.get('ErrorBudgetBurnPage.md')).toContain('99.5 % must be good in 30 days, so 0.5 % may be bad');
    expect(now.get('README.md')).toContain('more than 70 % of the time');
  });

  it('says of an alert that is off that it is', () => {
    const off = runbookFiles(defaultConfig, allDashboards(defaultConfig));
    expect(off.get('ThroughputLow.md')).toContain('**Off** until it is configured');
    expect(off.get('README.md')).toMatch(/\[ThroughputLow\]\(ThroughputLow.md\) \| off \|/);
    expect(files.get('ThroughputLow.md')).toContain('fewer than 800 requests a second');
  });

  it('says a setting as the configuration file has it', () => {
    expect(settingText('thresholds.latency.warnS', defaultConfig)).toBe('thresholds.latency.warn: 60ms');
    expect(settingText('thresholds.throughput.floor', defaultConfig)).toBe('thresholds.throughput.floor: none');
    expect(settingText('hosts', defaultConfig)).toBe('hosts');
    expect(() => settingText('thresholds.latency.warn', defaultConfig)).toThrow('no setting thresholds.latency.warn');
    expect(() => settingText('thresholds.latency', defaultConfig)).toThrow('no setting thresholds.latency');
  });

  const [some] = runbooks;
  const spoilt: ReadonlyArray<readonly [string, Partial<Runbook>, string]> = [
    ['a dashboard', { meaning: '[[outrider-cpu]]' }, 'there is no dashboard outrider-cpu'],
    ['a panel', { diagnosis: [{ look: 'it', at: 'outrider-api/999' }] }, 'outrider-api has no panel 999'],
    ['a query', { diagnosis: [{ look: 'it', at: 'outrider-api/20', query: 9 }] }, 'has no query 9'],
    ['a column', { diagnosis: [{ look: 'it', at: 'outrider-api/30', query: 'p42' }] }, 'has no query p42'],
    ['an alert', { impact: '[[CpuLow]]' }, 'there is no dashboard CpuLow'],
    ['a setting', { settings: ['thresholds.cpu.low'] }, 'no setting thresholds.cpu.low'],
  ];
  it.each(spoilt)('cannot be %s that there is not', (_, change, message) => {
    if (some === undefined) throw new Error('there are no runbooks');
    const page = {
      config: everything,
      dashboards: allDashboards(everything),
      alerts: alertRules(everything),
      base: '/d',
      runbookUrl: (alert: string) => alert,
      level: 2,
    };
    expect(() => runbookMarkdown(some, page)).not.toThrow();
    expect(() => runbookMarkdown({ ...some, ...change }, page)).toThrow(message);
  });
});

function withThresholds(change: (of: Thresholds) => Partial<Thresholds>): DashboardConfig {
  const { thresholds } = defaultConfig;
  return { ...defaultConfig, thresholds: { ...thresholds, ...change(thresholds) } };
}

/** Has Prometheus' own parser read rules. */
async function promtoolSays(rules: readonly object[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-runbooks-'));
  try {
    const path = join(folder, 'rules.yml');
    await writeFile(path, stringify({ groups: [{ name: 'runbooks', rules }] }, { lineWidth: 0 }));
    return (await promisify(execFile)('promtool', ['check', 'rules', path])).stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
