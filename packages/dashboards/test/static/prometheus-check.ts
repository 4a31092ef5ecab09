import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { asked, interpolated, labelValuesOf, variablesOf } from './bundle.ts';
import type { Bundle, Check } from './bundle.ts';

/** Prometheus itself parses every query and every rule: the grammar of the web interface takes more than it does. */
export const prometheusParses: Check = (bundle) => {
  const queries = [...ofPanels(bundle), ...ofVariables(bundle)];
  const group = { name: 'queries', rules: queries.map(([, expr], index) => ({ record: `query:${index}`, expr })) };
  // A recorded series for each query makes a file of rules of them, which promtool parses all at once.
  const output = checkRules(stringify({ groups: [...bundle.groups, group] }, { lineWidth: 0 }));
  return output.map((line) => line.replace(/query:(\d+)/, (_, index: string) => queries[Number(index)]?.[0] ?? index));
};

type Place = readonly [where: string, expr: string];

function ofPanels(bundle: Bundle): readonly Place[] {
  return asked(bundle).flatMap(({ where, exprs }) => exprs.map((expr): Place => [where, expr]));
}

function ofVariables({ v1 }: Bundle): readonly Place[] {
  return v1.flatMap((dashboard) =>
    variablesOf(dashboard).flatMap((variable) => {
      const values = labelValuesOf(variable);
      const exprs = values === undefined ? [] : interpolated(values.of, dashboard);
      return exprs.map((expr): Place => [`${dashboard.uid} / $${variable.name}`, expr]);
    }),
  );
}

function checkRules(text: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-queries-'));
  try {
    const file = join(folder, 'rules.yml');
    writeFileSync(file, text);
    const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
    if (error !== undefined) throw error;
    return status === 0 ? [] : (stdout + stderr).split('\n').filter((line) => line.startsWith(file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
