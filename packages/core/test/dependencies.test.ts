import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const core = new URL('..', import.meta.url);

test('core depends on the OpenTelemetry API and on nothing else', () => {
  const manifest = JSON.parse(readFileSync(new URL('package.json', core), 'utf8')) as Record<string, object>;
  expect(Object.keys(manifest['dependencies'] ?? {})).toEqual(['@opentelemetry/api']);
  expect(manifest).not.toHaveProperty('peerDependencies');
  expect(manifest).not.toHaveProperty('optionalDependencies');
});

test('no source of core imports anything else', () => {
  const sources = globSync('src/**/*.ts', { cwd: core.pathname });
  const imported = sources.flatMap((path) => {
    const source = readFileSync(new URL(path, core), 'utf8').replace(/^\s*(\/\/|\*).*$/gm, '');
    return [...source.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*(['"`])([^\s[\]]+?)\1/g)].map(
      ([, , name = '']) => name,
    );
  });
  expect(sources.length).toBeGreaterThan(20);
  expect(imported.length).toBeGreaterThan(50);
  const foreign = new Set(imported.filter((name) => !name.startsWith('.') && !name.startsWith('node:')));
  expect([...foreign]).toEqual(['@opentelemetry/api']);
});
