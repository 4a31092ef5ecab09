import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readers } from '@outrider/probes';
import { describe, expect, test } from 'vitest';
import { ROOT, snippetsOf } from './snippet.ts';

const LIBRARIES = 'docs/guide/libraries.md';
const QUERIES = 'docs/guide/queries.md';

const { resolve } = createRequire(join(ROOT, 'packages/probes/package.json'));

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** Rows of the table whose head has these words, as cells. */
function rowsOf(page: string, head: string): string[][] {
  const lines = textOf(page).split('\n');
  const begin = lines.findIndex((line) => line.startsWith('|') && line.includes(head));
  const end = lines.findIndex((line, at) => at > begin && !line.startsWith('|'));
  const cellsOf = (line: string): string[] => line.split('|').map((cell) => cell.trim());
  return lines.slice(begin + 2, end).map((line) => cellsOf(line).slice(1, -1));
}

/** The version of a package that the readers are tested with; several where others bring one along. */
function installed(name: string): string[] {
  const folders = [join(ROOT, 'packages/probes/node_modules'), join(ROOT, 'node_modules')];
  return folders.flatMap((folder) => {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as { version: string };
      return [version];
    } catch {
      return [];
    }
  });
}

interface Row {
  readonly name: string;
  /** As the cells of library and version have them: `3.3.0, `tarn` 3.1.2`. */
  readonly library: string;
  readonly version: string;
}

const rows: Row[] = [
  ...rowsOf(LIBRARIES, '| library').map(([, library = '', version = '']) => ({ library, version })),
  ...rowsOf(QUERIES, '| library').map(([library = '', version = '']) => ({ library, version })),
].map(({ library, version }) => ({ name: /`([^`]+)`/.exec(library)?.[1] ?? library, library, version }));

test('there are rows', () => {
  expect(rows.length).toBeGreaterThan(30);
});

test.each(rows)('$name: the version that is named is the one that is tested', ({ name, version }) => {
  const told = [...version.matchAll(/(?:`([^`]+)` )?(\d+\.\d+\.\d+)/g)];
  if (told.length === 0) {
    expect(version).toBe(`Node.js ${process.versions.node.split('.', 1)[0]}`);
    return;
  }
  for (const [, of = name, number] of told) expect(installed(of), of).toContain(number);
  expect(told[0]![2], 'what the tests import').toBe(installed(name)[0]);
  expect(() => resolve(name)).not.toThrow();
});

describe('the one table', () => {
  const table = rowsOf(LIBRARIES, '| library').map((cells) => cells.join(' '));

  test.each(
    Object.values(readers)
      .flat()
      .filter((entry) => typeof entry !== 'function'),
  )('has a row of $library', ({ library }) => {
    if (library.includes('observeCache')) return;
    const words = library.match(/[@\w/-]+/g)!;
    expect(table.some((row) => words.every((word) => row.includes(word)))).toBe(true);
  });

  test.each(rowsOf(LIBRARIES, '| library').map(([, library = '']) => library))(
    '%s has a program in the section it links to',
    (library) => {
      const anchor = /\(#([^)]+)\)/.exec(library)?.[1];
      const section = sections().find(({ heading }) => heading === anchor);
      const [snippet] = snippetsOf(LIBRARIES, section?.text ?? '', false);
      expect(snippet?.mark.kind).toBe('show');
    },
  );
});

/** The sections of the page by the anchors of their headings, as GitHub makes them. */
function sections(): Array<{ readonly heading: string; readonly text: string }> {
  return textOf(LIBRARIES)
    .split(/^#{2,3} /m)
    .map((text) => ({ heading: anchorOf(text.slice(0, text.indexOf('\n'))), text }));
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
