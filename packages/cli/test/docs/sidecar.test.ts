import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingKeys, settings } from '@outrider/sidecar';
import { describe, expect, it } from 'vitest';
import { ROOT } from './snippet.ts';

const textOf = (page: string): string => readFileSync(join(ROOT, 'docs', page), 'utf8');

/** The cells of all rows of all tables of a page. */
function rowsOf(page: string): string[][] {
  const lines = textOf(page)
    .split('\n')
    .filter((line) => /^\|(?! -)/.test(line));
  return lines.map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | *\|?$/g, '').trim()));
}

const codesOf = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, s: 1_000 };

/** The number that a text such as `16 MiB`, `5 s` or `10,000` says. */
function numberOf(text: string): number {
  const [, digits = '', unit = ''] = /^([\d,]+) ?(\w*)$/.exec(text) ?? [];
  return Number(digits.replaceAll(',', '')) * (UNITS[unit] ?? NaN);
}

describe('docs/guide/limits.md', () => {
  const told = new Map(rowsOf('guide/limits.md').map(([name = '', fallback = '']) => [codesOf(name)[0], fallback]));

  it.each(settingKeys.filter((key) => key.startsWith('limits.')))('tells of %s and its default', (key) => {
    const { parse, fallback } = settings[key];
    expect(numberOf(told.get(key.slice('limits.'.length)) ?? '')).toBe(parse(fallback()));
  });
});

describe('docs/guide/operating.md', () => {
  it('says of each key how a reload applies it', () => {
    const told = new Set(rowsOf('guide/operating.md').flatMap(([name = '']) => codesOf(name)));
    const missing = settingKeys.filter((key) => !told.has(key) && !told.has(key.replace(/\..*/, '.*')));
    expect(missing).toEqual([]);
  });
});

describe('the pages of watched servers', () => {
  const all = rowsOf('reference/metrics.md').map(([name = '', exposed = '']) => [
    ...codesOf(name),
    ...codesOf(exposed),
  ]);
  const known = all.flatMap(([name = '']) => name);

  it.each([
    ['guide/redis-memcached.md', /^(?:redis|memcached)\./],
    ['guide/postgresql-pgbouncer.md', /^(?:postgresql|pgbouncer)\./],
  ])('%s has each metric, and no other', (page, ours) => {
    const told = rowsOf(page).flatMap(([cell = '']) => metricsOf(cell).filter((name) => ours.test(name)));
    // Whether it is up is told of in the text about both.
    const wanted = known.filter((name) => ours.test(name) && !name.endsWith('.up'));
    expect(told.filter((name) => !name.endsWith('.up')).toSorted()).toEqual(wanted.toSorted());
  });

  it.each([
    'operating',
    'limits',
    'security',
    'redis-memcached',
    'postgresql-pgbouncer',
    'install',
    'docker',
    'scaling-out',
  ])('docs/guide/%s.md names no metric of the sidecar that there is not', (page) => {
    const named = textOf(`guide/${page}.md`)
      .replaceAll(/^\$ .*$/gm, '')
      .match(/\b(?:outrider|redis|memcached|postgresql|pgbouncer)_[a-z_]+[a-z]\b/g);
    const exposed = new Set(all.map(([, name]) => name));
    expect([...new Set(named)].filter((name) => !exposed.has(name))).toEqual([]);
  });
});

/** The metrics of a cell; of two, the second may be its end alone: `redis.keyspace.hits`, `.misses`. */
function metricsOf(cell: string): string[] {
  let former = '';
  return codesOf(cell).map((code) => {
    const mark = code.slice(0, 1);
    if (mark === '.' || mark === '_') return former.slice(0, former.lastIndexOf(mark)) + code;
    former = code;
    return code;
  });
}
