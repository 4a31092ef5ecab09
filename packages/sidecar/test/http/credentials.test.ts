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
  const credentials = createCredentials({ token: Secret.inFile(path), users: {}, clock: () => now });
  expect(credentials?.check(bearer(TOKEN))).toBe('right');
  writeFileSync(path, 'another-token-of-this-test');
  now = 9_000;
  expect(credentials?.check(bearer(TOKEN))).toBe('right');
  now = 10_000;
  expect(credentials?.check(bearer(TOKEN))).toBe('wrong');
  expect(credentials?.check(bearer('another-token-of-this-test'))).toBe('right');
  // Empty, then gone: what was known stays.
  writeFileSync(path, '');
  now = 20_000;
  expect(credentials?.check(bearer('another-token-of-this-test'))).toBe('right');
  rmSync(folder, { recursive: true });
  now = 30_000;
  expect(credentials?.check(bearer('another-token-of-this-test'))).toBe('right');
  expect(credentials?.check('Bearer ')).toBe('wrong');
});
