import { join } from 'node:path';
import { Ajv } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultConfig } from '../../src/config.ts';
import { grafanaAlerts } from '../../src/outputs/grafana-alerts.ts';
import { ruleGroups } from '../../src/rules/groups.ts';
import type { ProvisionedAlerts, ProvisionedRule } from './provisioned-alerts.ts';

const read = (config = defaultConfig): ProvisionedAlerts => parse(grafanaAlerts(config)) as ProvisionedAlerts;
const rulesIn = ({ groups }: ProvisionedAlerts): readonly ProvisionedRule[] => groups.flatMap(({ rules }) => rules);
const alerts = ruleGroups(defaultConfig).flatMap(({ rules }) =>
  rules.flatMap((rule) => ('alert' in rule ? [rule] : [])),
);
const rules = rulesIn(read());

describe('the alerts that Grafana evaluates', () => {
  it('are what its types say, without a field that they do not know', () => {
    const schema = createGenerator({
      path: join(import.meta.dirname, 'provisioned-alerts.ts'),
      // How modules are found: without it the SDK's types are unknown to it, and nobody says so.
      tsconfig: join(import.meta.dirname, '../../tsconfig.json'),
      type: 'ProvisionedAlerts',
      skipTypeCheck: true,
      additionalProperties: false,
    }).createSchema('ProvisionedAlerts');
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schema as object);
    const problems = (text: string): readonly string[] => {
      validate(parse(text));
      return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    };
    const text = grafanaAlerts(defaultConfig);
    expect(problems(text)).toEqual([]);
    expect(problems(text.replace('noDataState: OK', 'noDataState: Fine'))).not.toEqual([]);
    expect(problems(text.replace('type: gt', 'type: above'))).not.toEqual([]);
    expect(problems(text.replace('keepFiringFor:', 'keep_firing_for:'))).not.toEqual([]);
    expect(problems(text.replace('instant: true', 'instantly: true'))).not.toEqual([]);
  });

  it('are the same as those of Prometheus', () => {
    const said = rules.map(({ data: [query], for: pending, keepFiringFor, labels }) => ({
      expr: (query?.model as { expr: string } | undefined)?.expr,
      for: pending,
      keepFiringFor,
      labels,
    }));
    expect(said).toEqual(
      alerts.map(({ expr, for: pending, keepFiringFor, severity, signal, kind, labels }) => ({
        expr,
        for: pending,
        keepFiringFor,
        labels: { severity, signal, kind, ...labels },
      })),
    );
  });

  it('have a uid that Grafana takes, and a title, each of its own', () => {
    for (const { uid } of rules) expect(uid).toMatch(/^[\w-]{1,40}$/);
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(alerts.length);
    expect(new Set(rules.map(({ title }) => title)).size).toBe(alerts.length);
    expect(rules.map(({ uid }) => uid)).toEqual(
      expect.arrayContaining(['outrider-CpuHigh', 'outrider-ErrorBudgetBurnPage-1h', 'outrider-ServerDown-redis']),
    );
  });

  it('say nothing with a dollar, which provisioning would take for a variable of the environment', () => {
    for (const { uid, title, labels, annotations } of rules) {
      expect(JSON.stringify([uid, title, labels, annotations])).not.toContain('$');
    }
    const high = rules.find(({ title }) => title === 'CpuHigh');
    expect(high?.annotations?.['summary']).toBe(
      'CPU of {{ .Labels.instance }} at {{ .Values.A.Value | humanizePercentage }}',
    );
  });

  it('lead to what they are about, and a label that is not there chooses what has none', () => {
    const regression = rules.find(({ title }) => title === 'LatencyRegression');
    expect(regression?.annotations?.['dashboard_url']).toBe(
      'http://localhost:3000/d/outrider-regression?var-job={{ with .Labels.job }}{{ . | urlquery }}{{ end }}&var-route={{ with .Labels.http_route }}{{ . | urlquery }}{{ end }}',
    );
    // Grafana would write `<no value>` for it.
    for (const { annotations } of rules) expect(annotations?.['dashboard_url']).not.toMatch(/\.Labels\.\w+ \|/);
  });

  it('fire on any result of the expression, on 0 as well', () => {
    for (const { condition, data } of rules) {
      const [query, any, fires] = data;
      expect(query).toMatchObject({ refId: 'A', datasourceUid: 'prometheus', model: { instant: true, range: false } });
      expect(any).toMatchObject({ refId: 'B', model: { expression: 'is_number($A) || is_nan($A) || is_inf($A)' } });
      expect(fires).toMatchObject({ refId: 'C', model: { expression: 'B' } });
      expect(condition).toBe('C');
    }
  });

  it('ask the data source of the configuration, as often as Grafana can at the most', () => {
    const config = { ...defaultConfig, evaluationIntervalS: 15, datasource: { uid: 'mimir', url: 'http://mimir' } };
    const given = read(config);
    expect(new Set(given.groups.map(({ interval }) => interval))).toEqual(new Set(['20s']));
    const uids = rulesIn(given).flatMap(({ data }) => data.map(({ datasourceUid }) => datasourceUid));
    expect(new Set(uids)).toEqual(new Set(['mimir', '__expr__']));
  });
});
