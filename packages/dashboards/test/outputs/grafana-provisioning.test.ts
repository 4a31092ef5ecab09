import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultConfig } from '../../src/config.ts';
import { generatedFiles } from '../../src/files.ts';
import { dashboardProvisioning, datasourceProvisioning } from '../../src/outputs/grafana-provisioning.ts';

it('tells Grafana the scrape interval, which windows of rates hang on', () => {
  const config = {
    ...defaultConfig,
    scrapeIntervalS: 30,
    datasource: { uid: 'mimir', url: 'https://mimir.example.com/prometheus' },
  };
  expect(parse(datasourceProvisioning(config))).toMatchObject({
    apiVersion: 1,
    datasources: [
      {
        uid: 'mimir',
        type: 'prometheus',
        url: 'https://mimir.example.com/prometheus',
        jsonData: { timeInterval: '30s' },
      },
    ],
  });
});

it('gives Grafana a folder of dashboards of one schema', () => {
  const { providers } = parse(dashboardProvisioning()) as { providers: ReadonlyArray<{ options: { path: string } }> };
  expect(providers.map(({ options }) => options.path)).toEqual(['/var/lib/grafana/dashboards']);
  const provided = [...generatedFiles(defaultConfig)].filter(([path]) => path.startsWith('grafana/dashboards/'));
  expect(provided.length).toBeGreaterThan(0);
  for (const [, text] of provided) expect(JSON.parse(text)).toHaveProperty('schemaVersion');
});

it('leaves alerting out of what is provisioned together: Prometheus evaluates the same rules', () => {
  const paths = [...generatedFiles(defaultConfig).keys()];
  expect(paths.filter((path) => path.startsWith('grafana/provisioning/alerting'))).toEqual([]);
  expect(paths).toContain('grafana/alerting/outrider.yaml');
});
