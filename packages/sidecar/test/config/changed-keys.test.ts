import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { changedKeys, isSame } from '../../src/config/changed-keys.ts';
import { Secret } from '../../src/config/secret.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-changed-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function configured(yaml: string): ReturnType<typeof loadConfig> {
  const file = join(folder, 'outrider.yaml');
  writeFileSync(file, yaml);
  return loadConfig({ file });
}

describe('the keys that changed', () => {
  it('are named as in the file', () => {
    const before = configured('interval: 5s\notlp: { listen: 127.0.0.1:4318 }\n');
    const after = configured(
      'interval: 6s\notlp: { listen: 127.0.0.1:4319 }\nlimits: { series: 5 }\nlog: { format: json }\ntoken: 0123456789abcdef\n',
    );
    expect(changedKeys(before, after).toSorted()).toEqual([
      'interval',
      'limits.series',
      'log.format',
      'otlp.listen',
      'token',
    ]);
  });

  it('are that of the web configuration file, whatever changed in it', () => {
    const web = join(folder, 'web.yml');
    writeFileSync(web, 'rate_limit: { interval: 1s }\n');
    const before = configured(`webConfigFile: ${web}\n`);
    writeFileSync(web, 'rate_limit: { interval: 2s }\n');
    expect(changedKeys(before, configured(`webConfigFile: ${web}\n`))).toEqual(['webConfigFile']);
    expect(changedKeys(before, configured(''))).toEqual(['webConfigFile']);
  });

  it('are none if nothing changed, secrets included', () => {
    const yaml =
      'token: 0123456789abcdef\nforward: { endpoint: "http://127.0.0.1:1", headers: { authorization: "x y" } }\n';
    expect(changedKeys(configured(yaml), configured(yaml))).toEqual([]);
  });

  it.each([
    ['token: 0123456789abcdef', 'token: 0123456789abcdeg', ['token']],
    ['forward: http://127.0.0.1:1', 'forward: http://127.0.0.1:2', ['forward']],
    ['watch: redis://127.0.0.1', 'watch: redis://:secret@127.0.0.1', ['watch']],
  ])('tell %s from %s', (before, after, keys) => {
    expect(changedKeys(configured(`${before}\n`), configured(`${after}\n`))).toEqual(keys);
  });
});

describe('two values', () => {
  it.each<[unknown, unknown, boolean]>([
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, false],
    [{ a: undefined }, {}, true],
    [[1, 2], [1], false],
    [Secret.of('one'), Secret.of('one'), true],
    [Secret.of('one'), Secret.of('two'), false],
    [Secret.of('one'), 'one', false],
    [null, {}, false],
  ])('%j and %j are the same: %j', (one, other, same) => {
    expect(isSame(one, other)).toBe(same);
    expect(isSame(other, one)).toBe(same);
  });
});
