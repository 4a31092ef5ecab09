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
import { refusals } from './refusals.ts';

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
    for (const section of ['thresholds', 'urls', 'hosts', 'applications'])
      expect(read(`${section}:\n  # all commented out\n`)).toEqual(defaultConfig);
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

  it.each([
    ['1.5ms', 0.0015],
    ['2 s', 2],
    ['3m', 180],
    ['0.5h', 1800],
    [0.25, 0.25],
  ])('reads the time %s as %d seconds', (given, seconds) => {
    expect(read(`thresholds: { eventLoop: { delay: ${given} } }`).thresholds.eventLoop.delayS).toBe(seconds);
  });

  it.each([
    ['7B', 7],
    ['7kB', 7000],
    ['7MB', 7_000_000],
    ['7GB', 7_000_000_000],
    ['7KiB', 7 * 1024],
    ['7 MiB', 7 * 1024 * 1024],
    ['7GiB', 7 * 1024 * 1024 * 1024],
    [7, 7],
  ])('reads the size %s as %d bytes', (given, bytes) => {
    const { memoryGrowth } = read(`thresholds: { memoryGrowth: { bytesPerHour: ${given} } }`).thresholds;
    expect(memoryGrowth.bytesPerHour).toBe(bytes);
  });

  it.each([
    ['7%', 0.07],
    ['99.9%', 0.999],
    ['100 %', 1],
    [0.07, 0.07],
  ])('reads the share %s as %d', (given, share) => {
    expect(read(`thresholds: { throttling: { share: ${given} } }`).thresholds.throttling.share).toBe(share);
  });

  it('reads a URL that was folded, or has white space around it', () => {
    expect(read('urls:\n  dashboards: >\n    https://g.example/d\n').urls.dashboards).toBe('https://g.example/d');
    expect(read('urls: { dashboards: " \\thttps://g.example/d/ " }').urls.dashboards).toBe('https://g.example/d');
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
    expect(read('hosts: { job: false, cluster: ~ }').hosts).toEqual({});
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

  it('is printed with the labels that it takes away', () => {
    for (const given of ['hosts: { job: none }', 'hosts: { job: none, cluster: eu }\napplications: { a: b }']) {
      const config = read(given);
      expect(read(printConfig(config))).toEqual(config);
    }
    expect(printConfig(read('hosts: { job: none }'))).toContain('job: none');
  });

  it('is printed with as many digits as were given, and reads what the ends of a size say', () => {
    const given = 'thresholds: { latency: { share: 0.1234567890123456 }, memoryGrowth: { bytesPerHour: 1024GiB } }';
    const { thresholds } = read(given);
    expect(thresholds.latency.share).toBe(0.1234567890123456);
    expect(thresholds.memoryGrowth.bytesPerHour).toBe(2 ** 40);
    expect(read(printConfig(read(given))).thresholds).toEqual(thresholds);
  });

  it.each(['none', 'false', '~'])('takes away what is %s', (given) => {
    expect(read(`urls: { runbooks: ${given} }\nthresholds: { throughput: { floor: ${given} } }`)).toEqual(
      defaultConfig,
    );
  });

  it('may be JSON', () => {
    expect(read('{"thresholds": {"eventLoop": {"delay": "300ms"}}}').thresholds.eventLoop.delayS).toBe(0.3);
    const named = '{"$schema": "./node_modules/@outrider/dashboards/dashboards.schema.json", "scrapeInterval": "30s"}';
    expect(read(named)).toEqual({ ...defaultConfig, scrapeIntervalS: 30 });
  });

  it.each(refusals)('refuses %j in one line', (content, message) => {
    let said = '';
    try {
      read(content);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toMatch(/^Configuration [^\n]+\.$/);
    expect(said).toContain(message);
    expect(said).not.toContain('hunter2');
  });

  it('says what it cannot read', () => {
    expect(() => readConfig(join(folder, 'none.yaml'))).toThrow(/none\.yaml cannot be read: there is no such file\.$/);
    expect(() => readConfig(folder)).toThrow('it is no regular file');
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00]));
    expect(() => readConfig(path)).toThrow('it is not UTF-8');
    writeFileSync(path, '#'.repeat(2 ** 18 + 1));
    expect(() => readConfig(path)).toThrow('more than 262144 bytes');
  });
});
