import { expect, it } from 'vitest';
import { defaultConfig } from '../src/config.ts';
import { allDashboards } from '../src/dashboards/all-dashboards.ts';

it('panels and variables show nothing that the configuration leaves out, whatever is chosen', () => {
  const config = {
    ...defaultConfig,
    applications: { job: '=~"shop-.*"', instance: '!="canary"' },
    hosts: { job: '="sidecars"', instance: '=~"eu-.*"' },
  };
  const asked = allDashboards(config).flatMap(({ rows, variables, annotations = [] }) => [
    ...rows.flatMap(({ panels }) =>
      panels.flatMap((panel) => (panel.type === 'text' ? [] : panel.queries.map(({ expr }) => expr))),
    ),
    ...variables.flatMap((variable) => (variable.type === 'query' ? [variable.of] : [])),
    ...annotations.map(({ expr }) => expr),
  ]);
  const selectors = asked.flatMap((expr) => expr.match(/[a-z_:A-Z]\w*(?::\w+)*\{[^}]*\}/g) ?? []);
  // What rules recorded, and their alerts, are of what the configuration lets in.
  const raw = selectors.filter((text) => !/^(?:\w+:|ALERTS)/.test(text));
  const wanting = (choice: string, given: string): readonly string[] => {
    const choosing = raw.filter((text) => text.includes(choice));
    expect(choosing.length, choice).toBeGreaterThan(5);
    return choosing.filter((text) => !text.includes(given));
  };
  expect(wanting('job=~"$job"', 'job=~"shop-.*"')).toEqual([]);
  expect(wanting('instance=~"$instance"', 'instance!="canary"')).toEqual([]);
  expect(wanting('instance=~"$host"', 'instance=~"eu-.*"')).toEqual([]);
});
