import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config-file/read-config.ts';
import { fileKey, isKind, settings } from '../../src/config-file/settings.ts';
import { defaultConfig } from '../../src/config.ts';
import { generatedFiles } from '../../src/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-reach-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RULES = ['prometheus/rules/outrider.yml', 'prometheus/kubernetes/prometheusrule.yaml'];
const ALERTS = [...RULES, 'grafana/alerting/outrider.yaml'];
const SHOWN = ['grafana/dashboards/', 'grafana/dashboards-v2/', 'docs/runbooks/'];
// What says nothing in some of these; everything else is in all of them.
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  scrapeInterval: [
    'grafana/dashboards/',
    'grafana/provisioning/datasources/prometheus.yaml',
    'prometheus/prometheus.yml',
  ],
  evaluationInterval: [...ALERTS, 'prometheus/prometheus.yml'],
  hosts: [...ALERTS, ...SHOWN, 'prometheus/prometheus.yml'],
  'datasource.uid': ['grafana/provisioning/datasources/prometheus.yaml', 'grafana/alerting/outrider.yaml'],
  'datasource.url': ['grafana/provisioning/datasources/prometheus.yaml'],
  'urls.runbooks': ALERTS,
  'urls.dashboards': [...ALERTS, 'docs/runbooks/'],
  // The recording rules count what is slower, alerts and their texts ask for what they recorded.
  'thresholds.slo.latency': [...RULES, ...SHOWN],
};
const GIVEN: Readonly<Record<string, unknown>> = {
  scrapeInterval: 20,
  evaluationInterval: 60,
  applications: { cluster: 'eu' },
  hosts: { cluster: 'eu', job: 'node' },
  'datasource.uid': 'mimir',
  'datasource.url': 'http://mimir:9009/prometheus',
  'urls.runbooks': 'https://runbooks.example',
  'urls.dashboards': 'https://grafana.example/d',
  'thresholds.latency.warn': '100ms',
  'thresholds.latency.high': '250ms',
  'thresholds.latency.slow': '5s',
  'thresholds.slo.latency': '1s',
  'thresholds.slo.objective': '98%',
  'thresholds.throughput.floor': 777,
};

const byDefault = generatedFiles(defaultConfig);
// Bounds are what thresholds may be, and nothing by themselves.
const leaves = leavesOf(settings, defaultConfig).filter(([path]) => path !== 'latencyBounds');

it.each(leaves)('%s is in everything that it is about', (path, value) => {
  const file = join(folder, 'config.json');
  const given = GIVEN[path] ?? (value as number) * 2 ** (path.startsWith('thresholds.cpu.c') ? 0.01 : 0.1);
  writeFileSync(file, JSON.stringify(path.split('.').reduceRight((inner, key) => ({ [key]: inner }), whole(given))));
  const changed = [...generatedFiles(readConfig(file))].filter(([name, text]) => byDefault.get(name) !== text);
  for (const place of ELSEWHERE[path] ?? [...ALERTS, ...SHOWN])
    expect(changed.some(([name]) => name.startsWith(place)), place).toBe(true);
}); // prettier-ignore

function whole(given: unknown): unknown {
  return typeof given === 'number' && given > 1 ? Math.ceil(given) : given;
}

function leavesOf(rows: object, values: object, above: readonly string[] = []): ReadonlyArray<[string, unknown]> {
  return Object.entries(rows).flatMap(([key, row]: [string, object]): ReadonlyArray<[string, unknown]> => {
    const value = (values as Readonly<Record<string, unknown>>)[key];
    const keys = [...above, fileKey(key)];
    return isKind(row) ? [[keys.join('.'), value]] : leavesOf(row, value as object, keys);
  });
}
