import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { printConfig } from '../../src/config-file/print-config.ts';
import { readConfig } from '../../src/config-file/read-config.ts';
import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig } from '../../src/config.ts';
import { generatedFiles } from '../../src/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-dashboards-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'config.yaml');

function read(content: string): DashboardConfig {
  writeFileSync(path, content);
  return readConfig(path);
}

describe('the configuration file of dashboards', () => {
  it('is what it is by default where it says nothing', () => {
    expect(read('')).toEqual(defaultConfig);
    expect(read('thresholds:\n  # all commented out\n')).toEqual(defaultConfig);
    expect(read('{}')).toEqual(defaultConfig);
  });

  it('says times, sizes and shares with their units', () => {
    const { thresholds, scrapeIntervalS } = read(`
scrapeInterval: 30s
thresholds:
  cpu: { high: 85%, critical: 0.99 }
  latency: { warn: 75ms, high: 1s, slow: 2.5s }
  memoryGrowth: { bytesPerHour: 64MiB, bytesIn10Minutes: 1000000 }
  slo: { objective: 99.9%, latency: 250ms }
`);
    expect(scrapeIntervalS).toBe(30);
    expect(thresholds.cpu).toEqual({ high: 0.85, critical: 0.99 });
    expect(thresholds.latency).toMatchObject({ warnS: 0.075, highS: 1, slowS: 2.5, share: 0.05 });
    expect(thresholds.memoryGrowth).toEqual({ bytesPerHour: 64 * 2 ** 20, bytesIn10Minutes: 1e6 });
    expect(thresholds.slo).toMatchObject({ objective: 0.999, latencyS: 0.25 });
  });

  it('says labels as people or as PromQL writes them, in addition to those by default', () => {
    const given = `
applications: { team: a"b, job: '=~"shop-.*"', env: '!=~x', zone: '!~"eu-.*"' }
hosts: { cluster: eu }
`;
    const { applications, hosts } = read(given);
    expect(applications).toEqual({ team: '="a\\"b"', job: '=~"shop-.*"', env: '!="~x"', zone: '!~"eu-.*"' });
    expect(hosts).toEqual({ job: '="outrider"', cluster: '="eu"' });
    expect(read('hosts: { job: none }').hosts).toEqual({});
  });

  it('has every value in what is generated', () => {
    const files = generatedFiles(
      read('hosts: { job: sidecars }\napplications: { cluster: eu }\nthresholds: { cpu: { high: 77% } }'),
    );
    const rules = files.get('prometheus/rules/outrider.yml') ?? '';
    expect(rules).toContain('http_server_request_duration_seconds_bucket{cluster="eu"}');
    expect(rules).toMatch(/system_cpu_time_seconds_total\{job="sidecars"[^\n]*> 0\.77/);
    expect([...files.values()].join('')).not.toContain('job="outrider"');
  });

  it('takes an operator with or without a space behind it', () => {
    expect(read('hosts: { job: none, zone: \'=~ "eu-.*"\' }').hosts).toEqual({ zone: '=~"eu-.*"' });
  });

  it('has the labels that the sidecars are looked for by in what scrapes them', () => {
    const given = read('hosts: { job: "my job: #1", cluster: "yes", zone: "=~eu-.*", instance: host-1 }');
    const { scrape_configs: scrapes } = parse(generatedFiles(given).get('prometheus/prometheus.yml') ?? '') as {
      scrape_configs: unknown;
    };
    expect(scrapes).toEqual([
      {
        job_name: 'my job: #1',
        honor_labels: true,
        static_configs: [{ targets: ['127.0.0.1:9464'], labels: { cluster: 'yes' } }],
      },
    ]);
  });

  it('makes the windows of rates longer where fewer than four scrapes would be in them', () => {
    const windows = (content: string): readonly string[] => {
      const rules = generatedFiles(read(content)).get('prometheus/rules/outrider.yml') ?? '';
      return [
        ...new Set(
          [...rules.matchAll(/system_cpu_time_seconds_total\{[^}]*\}\[(\w+)\]/g)].map(([, range = '']) => range),
        ),
      ];
    };
    expect(windows('scrapeInterval: 30s')).toEqual(['2m']);
    expect(windows('scrapeInterval: 1m')).toEqual(['240s']);
  });

  it('is printed so that it reads as the same', () => {
    expect(read(printConfig(defaultConfig))).toEqual(defaultConfig);
    const other = read(
      'latencyBounds: [2.5ms, 60ms, 0.15, 500ms, 1s, 90s]\napplications: {a: b}\nurls: {runbooks: "https://a.example/b/"}\nthresholds: {throughput: {floor: 800}, latency: {slow: 90s}}',
    );
    expect(read(printConfig(other))).toEqual(other);
    expect(other.urls.runbooks).toBe('https://a.example/b');
    expect(printConfig(defaultConfig)).toContain('warn: 60ms');
  });

  it('may be JSON', () => {
    expect(read('{"thresholds": {"eventLoop": {"delay": "300ms"}}}').thresholds.eventLoop.delayS).toBe(0.3);
  });

  it.each<[string, string]>([
    ['thresholds:\n  latency:\n    wran: 60ms\n', ' line 3: thresholds.latency.wran is not known; the nearest key is thresholds.latency.warn'],
    ['thresholds:\n  latency:\n    warnS: 60ms\n', 'the nearest key is thresholds.latency.warn'],
    ['zzzzzzzzzzzzzzzz: 1\n', ' line 1: zzzzzzzzzzzzzzzz is not known; there are scrapeInterval, '],
    ['\nthresholds: { cpu: { high: 85 } }\n', ' line 2: thresholds.cpu.high is 85, which must be a share above 0% and of at most 100%, such as 85% or 0.85'],
    ['scrapeInterval: 15\nevaluationInterval: 30 seconds\n', ' line 2: evaluationInterval is "30 seconds", which must be a time from 1s to 2m, such as 15s'],
    ['scrapeInterval: 1.5s', 'scrapeInterval is "1.5s", which must be whole seconds'],
    ['scrapeInterval: 90s', ' line 1: scrapeInterval is 90s, which must be at most 75s: recorded rates look 5m back and take four scrapes'],
    ['thresholds: 5', 'thresholds is 5, which must be a mapping of keys to values'],
    ['thresholds: { cache: { minimumLookups: 1.5 } }', 'must be a whole number of at least 1'],
    ['thresholds: { memoryGrowth: { bytesPerHour: 10 apples } }', 'must be a size from 1B to 1024GiB, such as 10MiB'],
    ['thresholds: { memoryGrowth: { bytesPerHour: -1 } }', 'must be a size'],
    ['thresholds: { slo: { latency: .nan } }', 'must be a time'],
    ['latencyBounds: [1s, 500ms]', 'latencyBounds must be a list of times, ascending'],
    ['latencyBounds: [100ms, 1s]', ' line 1: thresholds.latency.warn is 60ms, which must be one of latencyBounds: how many requests are slower could only be guessed. These are 100ms, 1s'],
    ['scrapeInterval: 5s\nthresholds: { latency: { high: 3.5s } }', ' line 2: thresholds.latency.high is 3.5s, which must be one of'],
    ['thresholds: { latency: { warn: 1s } }', 'thresholds.latency.warn is 1s, which must be less than thresholds.latency.high, 150ms'],
    ['thresholds: { cpu: { high: 97% } }', 'thresholds.cpu.high is 97%, which must be less than thresholds.cpu.critical, 95%'],
    ['thresholds: { slo: { objective: 90% } }', 'thresholds.slo.objective is 90%, which must be above 93.06% and below 100%: an alert at 14.4 times'],
    ['thresholds: { slo: { objective: 100% } }', 'which must be above 93.06% and below 100%'],
    ['hosts: { "a-b": c }', 'hosts has "a-b", which is no label'],
    ['hosts: { a: 5 }', 'hosts has a, which must be text'],
    ['applications: { job: "=~(" }', 'applications has job, which must be a regular expression'],
    ['applications: { job: "=~(?!test).*" }', 'which must be a regular expression of RE2: it has (?!'],
    ['applications: { job: "=~\'shop-.*\'" }', 'has job, whose value must be in double quotes, or in none'],
    ['applications: { job: "=~shop-$env" }', 'has job, where a $ begins the name of a variable'],
    ['hosts: { cluster: "a\\u2028b" }', 'has cluster, which has a character that is not printed'],
    ['hosts: { cluster: "a\\nb" }', 'has cluster, which has a character that is not printed'],
    ['hosts: { cluster: "\\ud800" }', 'has cluster, which has a character that is not printed'],
    ['latencyBounds: [60ms, 150ms, 500ms, 3s, .inf]', 'latencyBounds must be a list of times'],
    ['scrapeInterval: .nan', 'scrapeInterval is NaN, which'],
    ['thresholds: { slo: { periodDays: 7 } }', 'thresholds.slo.periodDays is 7, which must be at least 28: an alert at 0.23 times'],
    ['thresholds: { slo: { periodDays: 367 } }', 'must be a whole number of days from 1 to 366'],
    ['thresholds: { slo: { objective: 99.99999999% } }', 'thresholds.slo.objective is 99.99999999%, which must be above'],
    ['urls: { runbooks: "https://h/$HOME" }', 'and without $'],
    ['applications: shop', 'applications is "shop", which must be a mapping of labels to values'],
    ['urls: { dashboards: "https://u:hunter2@h/d" }', 'urls.dashboards must be an http or https URL without user'],
    ['urls: { dashboards: "javascript:alert(1)" }', 'must be an http or https URL'],
    ['a: &x 1\nb: *x\n', 'line 2 has an alias'],
    ['a: 1\na: 2\n', 'not valid YAML at line 2'],
    ['a: !x 1\n', 'not valid YAML at line 1: Unresolved tag: !x'],
    ['urls: { dashboards: "https://h/d?orgId=1" }', 'without user, password and query'],
    ['urls: { "a\\nb": 1 }', 'line 1: urls.a key is not known; there are runbooks, dashboards'],
    ['- 1\n', 'it holds no mapping'],
    ['a: [\n', 'not valid YAML at line'],
    ['__proto__: { a: 1 }', '__proto__ is not known'],
    ['constructor: 1', 'constructor is not known'],
  ])('refuses %j in one line', (content, message) => {
    let said = '';
    try {
      read(content);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toMatch(/^Configuration [^\n]+\.$/);
    expect(said).toContain(message);
    expect(said).not.toContain('hunter2');
  }); // prettier-ignore

  it('says what it cannot read', () => {
    expect(() => readConfig(join(folder, 'none.yaml'))).toThrow(/none\.yaml cannot be read: there is no such file\.$/);
    expect(() => readConfig(folder)).toThrow('it is no regular file');
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00]));
    expect(() => readConfig(path)).toThrow('it is not UTF-8');
    writeFileSync(path, '#'.repeat(2 ** 18 + 1));
    expect(() => readConfig(path)).toThrow('more than 262144 bytes');
  });
});
