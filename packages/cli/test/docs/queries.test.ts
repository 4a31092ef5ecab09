import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue, prometheusLabel, prometheusName } from '@outrider/core/catalogue';
import { expect, test } from 'vitest';
import { ROOT } from './snippet.ts';

const PAGES = ['guide', 'migration'].flatMap((folder) => globSync(`docs/${folder}/*.md`, { cwd: ROOT }));

// Beginnings that are ours and of no library that the pages speak of.
const OURS =
  /\b(?:http_server|outrider|v8js|nodejs_eventloop_(?:delay|utilization)|process_unix|system_linux)_[a-z0-9_]+\b/g;

// A key of the exporter-toolkit's web configuration, which is no metric of anybody.
const OTHERS = new Set(['http_server_config']);

const NAMES = new Set(
  [...catalogue.values()].flatMap(({ name, unit, kind, attributes }) => [
    prometheusName(name, unit, kind),
    ...attributes.map(prometheusLabel),
  ]),
);

function isName(text: string): boolean {
  return OTHERS.has(text) || NAMES.has(text) || NAMES.has(text.replace(/_(?:bucket|count|sum)$/, ''));
}

/** Queries of a page: blocks of PromQL, and in the tables below the heading PromQL what stands in backquotes. */
function queriesOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```promql\n(.*?)\n```$/gms)].map(([, query]) => query!);
  const [, section = ''] = text.split('\n## PromQL\n');
  const rows = section
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| '));
  const cells = rows.flatMap((line) => [...line.matchAll(/`([^`]*[([][^`]*)`/g)].map(([, query]) => query!));
  return [...blocks, ...cells];
}

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

test.each(PAGES)('%s names no metric or label that is not in the catalogue', (page) => {
  // `…_size_bytes` and `_p90_` stand for several.
  const names = [...textOf(page).matchAll(OURS)].map(([name]) => name).filter((name) => !name.endsWith('_'));
  expect(names.filter((name) => !isName(name))).toEqual([]);
});

const queried = PAGES.map((page) => ({ page, queries: queriesOf(textOf(page)) })).filter(
  ({ queries }) => queries.length > 0,
);

test.each(queried)('$page has queries that Prometheus takes', ({ page, queries }) => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-queries-'));
  try {
    const rules = queries.map((expr, at) => ({ record: `query:${at}`, expr }));
    const file = join(folder, 'rules.yml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: page, rules }] }));
    const { status, stderr, error } = spawnSync('promtool', ['check', 'rules', '--lint=none', file], {
      encoding: 'utf8',
    });
    expect(error).toBeUndefined();
    expect([status, stderr]).toEqual([0, expect.any(String)]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every migration has queries', () => {
  expect(queried.filter(({ page }) => page.includes('migration'))).toHaveLength(4);
});
