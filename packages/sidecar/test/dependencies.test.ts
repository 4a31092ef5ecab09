import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../src/', import.meta.url);

test('no source of the sidecar loads what core has for applications', () => {
  const files = globSync('**/*.ts', { cwd: root });
  expect(files.length).toBeGreaterThan(50);
  const loading = files.filter((file) => /from '@outrider\/core'/.test(readFileSync(new URL(file, root), 'utf8')));
  expect(loading).toEqual([]);
});
