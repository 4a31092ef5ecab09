import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config-file/read-config.ts';
import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig } from '../../src/config.ts';
import { examine } from '../../src/doctor/examine.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { PrometheusClient } from '../../src/live/prometheus-client.ts';
import { rulesContent, rulesFile } from '../../src/outputs/rules-file.ts';
import { STRANGE } from '../config-file/schema-values.ts';
import { startStage } from './stage.ts';

interface WrittenRule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What the doctor says of rules, loaded into a Prometheus that has nothing else. */
async function saidOf(
  rules: string,
  ...configs: readonly DashboardConfig[]
): Promise<ReadonlyArray<readonly Finding[]>> {
  const stage = await startStage({ settings: { rule_files: ['rules.yml'] }, rules });
  try {
    const reports = [];
    for (const config of configs) reports.push(await examine(stage.client, config, []));
    return reports.map(({ problems }) => problems.filter(({ code }) => code.startsWith('rule')));
  } finally {
    await stage.stop();
  }
}

/** The rules of the defaults, some of them written otherwise. */
function changed(others: Readonly<Record<string, (rule: WrittenRule) => object>>): string {
  const { groups } = rulesContent(defaultConfig) as {
    groups: ReadonlyArray<{ readonly rules: readonly WrittenRule[] }>;
  };
  const rules = (all: readonly WrittenRule[]): readonly object[] =>
    all.flatMap((rule) => others[rule.alert ?? rule.record ?? '']?.(rule) ?? rule);
  return JSON.stringify({ groups: groups.map((group) => ({ ...group, rules: rules(group.rules) })) });
}

async function strangeConfig(): Promise<DashboardConfig> {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-strange-'));
  try {
    await writeFile(join(folder, 'dashboards.yaml'), STRANGE);
    return readConfig(join(folder, 'dashboards.yaml'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the rules that Prometheus has loaded', () => {
  it('are those of the configuration, whichever that is', async () => {
    const { cpu, latency } = defaultConfig.thresholds;
    const other = {
      ...defaultConfig,
      thresholds: {
        ...defaultConfig.thresholds,
        cpu: { ...cpu, high: 0.6 },
        latency: { ...latency, warnS: 0.1, highS: 0.25 },
      },
    };
    const [own, others] = await saidOf(rulesFile(defaultConfig), defaultConfig, other);
    expect(own).toEqual([]);
    expect(others).toEqual([
      {
        code: 'rules-differ',
        why: 'rules are loaded that are not those of this version and configuration: CpuHigh (expr), LatencyP95Warn (expr), LatencyP95High (expr)',
        mend: expect.stringContaining('outrider dashboards --out DIR'),
      },
    ]);
    const strange = await strangeConfig();
    expect(await saidOf(rulesFile(strange), strange)).toEqual([[]]);
  });

  it('differ by expression, time and labels, also one of several of a name, and by a series that is recorded twice', async () => {
    let servers = 0;
    const rules = changed({
      CpuHigh: (rule) => ({ ...rule, for: '6m' }),
      ContainerMemoryHigh: (rule) => ({ ...rule, keep_firing_for: '1s' }),
      CacheErrors: (rule) => ({ ...rule, labels: { ...rule.labels, severity: 'info' } }),
      ServerDown: (rule) => ({ ...rule, expr: rule.expr.replace(/== 0$/, () => (servers++ === 2 ? '< 1' : '== 0')) }),
      'job_route:http_server_request_errors:rate5m': (rule) => [rule, { ...rule, expr: 'up{job="x y"}' }],
    });
    const [problems] = await saidOf(rules, defaultConfig);
    expect(problems?.map(({ code }) => code)).toEqual(['rules-differ']);
    expect(problems?.[0]?.why).toMatch(
      /: job_route:http_server_request_errors:rate5m \(expr\), CpuHigh \(for\), ContainerMemoryHigh \(keep_firing_for\), CacheErrors \(labels\), ServerDown \(expr\)$/,
    );
  });

  it('may be laid out and spelt in another way, say other things, have labels of their own, and have namesakes', async () => {
    const rules = changed({
      CpuHigh: (rule) => ({
        ...rule,
        for: '300s',
        expr: rule.expr.replace(/ > 0[.]8$/, '\n# much\n  >  0.80'),
      }),
      CacheErrors: (rule) => ({ ...rule, labels: { ...rule.labels, team: 'shop' }, annotations: { summary: 'x' } }),
      MemoryHigh: (rule) => [{ alert: 'MemoryHigh', expr: 'vector(0) > 1' }, rule],
      'job:slo_requests:rate5m': (rule) => ({ ...rule, expr: rule.expr.replace('[5m]', '[300s]') }),
    });
    expect(rules).toContain('# much');
    expect(await saidOf(rules, defaultConfig)).toEqual([[]]);
  });

  it('are not said to differ where nobody says how they would be written', async () => {
    const stage = await startStage({ settings: { rule_files: ['rules.yml'] }, rules: rulesFile(defaultConfig) });
    let asked = 0;
    const proxy = createServer((request, response) => {
      const { url = '', method = '', headers } = request;
      if (url.includes('format_query')) {
        asked++;
        request.resume();
        response.writeHead(404).end('404 page not found');
        return;
      }
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', async () => {
        const type = headers['content-type'] ?? 'text/plain';
        const init = method === 'POST' ? { method, body, headers: { 'content-type': type } } : {};
        response.end(await (await fetch(`${stage.url}${url}`, init)).text());
      });
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    try {
      const client = new PrometheusClient(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
      const { problems } = await examine(client, defaultConfig, []);
      expect(problems.map(({ code }) => code)).toEqual(['not-scraped']);
      expect(asked).toBe(1);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
      await stage.stop();
    }
  });
});
