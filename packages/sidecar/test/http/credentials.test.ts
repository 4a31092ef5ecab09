import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { createCredentials } from '../../src/http/credentials.ts';

const TOKEN = 'a-token-of-this-test';
const bearer = (token: string): string => `Bearer ${token}`;

it('are not asked for where there are none', () => {
  expect(createCredentials({ token: undefined, users: {}, clock: () => 0 })).toBeUndefined();
});

it('are asked for by what there is', () => {
  const credentials = createCredentials({ token: Secret.of(TOKEN), users: {}, clock: () => 0 });
  expect(credentials?.challenge).toBe('Bearer realm="outrider"');
  expect(credentials?.check(bearer(TOKEN))).toBe('right');
  expect(credentials?.check(`Basic ${Buffer.from(`a:${TOKEN}`).toString('base64')}`)).toBe('wrong');
  expect(credentials?.check(undefined)).toBe('wrong');
});

it('a token in a file may be exchanged, and is asked of the file every ten seconds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-token-'));
  const path = join(folder, 'token');
  let now = 0;
  writeFileSync(path, `${TOKEN}\n`);
  const problems: string[] = [];
  const onUnusable = (problem: string): void => void problems.push(problem);
  const credentials = createCredentials({ token: Secret.inFile(path), users: {}, clock: () => now, onUnusable });
  expect(credentials?.check(bearer(TOKEN))).toBe('right');
  writeFileSync(path, 'another-token-of-this-test');
  now = 9_000;
  expect(credentials?.check(bearer(TOKEN))).toBe('right');
  now = 10_000;
  expect(credentials?.check(bearer(TOKEN))).toBe('wrong');
  expect(credentials?.check(bearer('another-token-of-this-test'))).toBe('right');
  // Half written, empty, then gone: what was known stays.
  for (const half of ['a', 'another-token of this test', 'anothr-tökän-of-this-test']) {
    writeFileSync(path, half);
    now += 10_000;
    expect(credentials?.check(bearer('a'))).toBe('wrong');
    now += 10_000;
    expect(credentials?.check(bearer('another-token-of-this-test'))).toBe('right');
  }
  expect(problems).toEqual([expect.stringMatching(/^names a file whose content must have 16 to 512 characters/)]);
  writeFileSync(path, '');
  now += 10_000;
  expect(credentials?.check(bearer('another-token-of-this-test'))).toBe('right');
  rmSync(folder, { recursive: true });
  now += 10_000;
  expect(credentials?.check(bearer('another-token-of-this-test'))).toBe('right');
  expect(credentials?.check('Bearer ')).toBe('wrong');
});
