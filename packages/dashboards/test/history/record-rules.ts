import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import type { RecordingRule, RuleGroup } from '../../src/rules/rule.ts';
import type { Slice } from './back-fill.ts';

/** A Prometheus that evaluates rules over its past. */
export interface Recorder {
  /** For the files of rules. */
  readonly folder: string;
  readonly data: string;
  readonly url: string;
  readonly reload: () => Promise<void>;
}

/**
 * Has recording rules evaluated over slices of the past: first those of what was measured, then those of these. What is
 * itself of the past is evaluated in the last slice only, where it is looked at.
 */
export async function recordRules(
  groups: readonly RuleGroup[],
  slices: readonly Slice[],
  stepS: number,
  { folder, data, url, reload }: Recorder,
): Promise<void> {
  const rules = groups.flatMap((group) => group.rules.filter((rule) => 'record' in rule));
  for (const [level, all] of levels(rules).entries()) {
    for (const [index, { fromS, toS }] of slices.entries()) {
      const isLast = index === slices.length - 1;
      const of = isLast ? all : all.filter(({ expr }) => !expr.includes('_over_time'));
      if (of.length === 0) continue;
      // When in an interval a group is evaluated goes by its file's name as it is given, which is the same each time.
      const file = `level-${level}-${index}.yml`;
      await writeFile(
        join(folder, file),
        stringify({ groups: [{ name: `level-${level}`, rules: of }] }, { lineWidth: 0 }),
      );
      await promisify(execFile)(
        'promtool',
        [
          'tsdb',
          'create-blocks-from',
          'rules',
          `--url=${url}`,
          `--start=${fromS}`,
          `--end=${toS}`,
          `--eval-interval=${stepS}s`,
          `--output-dir=${data}`,
          file,
        ],
        { cwd: folder },
      );
    }
    await reload();
  }
}

/** Rules by how many other rules have to come before them: promtool lets none see what another one recorded. */
function levels(rules: readonly RecordingRule[]): readonly (readonly RecordingRule[])[] {
  const level = (rule: RecordingRule): number =>
    Math.max(0, ...rules.filter(({ record }) => rule.expr.includes(record)).map((before) => level(before) + 1));
  const all: RecordingRule[][] = [];
  for (const rule of rules) (all[level(rule)] ??= []).push(rule);
  return all;
}
