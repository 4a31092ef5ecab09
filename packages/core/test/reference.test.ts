import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errors } from '../src/errors.ts';
import { prometheusName } from '../src/prometheus-name.ts';
import { catalogue } from '../src/whole-catalogue.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('the committed reference', () => {
  test('is what the tables say', async () => {
    expect(await generate('--check')).toEqual({ code: 0, stderr: '' });
  });

  test('has every metric of the catalogue and no other, by both names', () => {
    const shown = rows('metrics.md').map(([name, prometheus]) => [name, prometheus]);
    const expected = [...catalogue.values()].map(({ name, unit, kind }) => [
      name,
      // The text format cannot carry these.
      kind === 'exponential_histogram' ? '—' : prometheusName(name, unit, kind),
    ]);
    expect(shown).toHaveLength(expected.length);
    expect(new Map(shown as Array<[string, string]>)).toEqual(new Map(expected as Array<[string, string]>));
  });

  test('has every error code and no other', () => {
    const shown = rows('errors.md').map(([code]) => code);
    expect(shown).toHaveLength(Object.keys(errors).length);
    expect(new Set(shown)).toEqual(new Set(Object.keys(errors)));
  });
});

describe('generating', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outrider-reference-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('writes the same bytes as are committed', async () => {
    expect(await generate('--into', folder)).toEqual({ code: 0, stderr: '' });
    for (const page of ['metrics.md', 'errors.md']) {
      expect(readFileSync(join(folder, 'docs/reference', page), 'utf8')).toBe(readFileSync(reference(page), 'utf8'));
    }
  });

  test('names the page that is not up to date and the command that helps', async () => {
    await generate('--into', folder);
    appendFileSync(join(folder, 'docs/reference/metrics.md'), 'by hand\n');
    rmSync(join(folder, 'docs/reference/errors.md'));
    const { code, stderr } = await generate('--check', '--into', folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/metrics\.md is not up to date: run npm run generate\n.*errors\.md is not up to date/);
  });
});

function reference(page: string): string {
  return join(ROOT, 'docs/reference', page);
}

// The cells of a page's tables, without heads and code marks.
function rows(page: string): string[][] {
  return readFileSync(reference(page), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(2)
        .split(' | ')
        .map((cell) => cell.replace(/^`(.*)`$/, '$1')),
    );
}

// It reads core as it was built last, which is what `npm test` does first.
function generate(...args: string[]): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [join(ROOT, 'scripts/generate.mjs'), ...args], (_error, _stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stderr }),
    );
  });
}
