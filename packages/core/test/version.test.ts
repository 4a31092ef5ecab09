import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { VERSION } from '../src/version.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const root = new URL('../../../', import.meta.url);
const manifests = globSync('packages/*/package.json', { cwd: root.pathname }).map(
  (path) => JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Manifest,
);

test('VERSION is that of package.json', () => {
  expect(manifests.find(({ name }) => name === '@outrider/core')?.version).toBe(VERSION);
});

test.each(manifests)('$name has the version of all and depends on it', ({ version, dependencies = {} }) => {
  expect(version).toBe(VERSION);
  const own = Object.entries(dependencies).filter(([name]) => name.startsWith('@outrider/'));
  expect(own.filter(([, range]) => range !== VERSION)).toEqual([]);
});
