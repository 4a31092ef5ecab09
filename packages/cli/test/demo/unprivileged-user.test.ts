import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unprivilegedUser } from '../../src/demo/unprivileged-user.ts';

const NOBODY = 'nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n';
const POSTGRES = 'postgres:x:101:104::/var/lib/postgresql:/bin/bash\n';

describe.runIf(process.getuid?.() === 0)('unprivilegedUser, as root', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-test-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    [
      'postgres, where there is one',
      `root:x:0:0::/root:/bin/sh\n${NOBODY}${POSTGRES}`,
      { name: 'postgres', uid: 101, gid: 104 },
    ],
    ['nobody, where there is no postgres', NOBODY, { name: 'nobody', uid: 65_534, gid: 65_533 }],
    ['nobody at all, where there is neither', 'root:x:0:0::/root:/bin/sh\n', undefined],
  ])('is %s', async (_, passwd, expected) => {
    const file = join(folder, 'passwd');
    await writeFile(file, passwd);
    expect(await unprivilegedUser(file)).toEqual(expected);
  });
});

describe.runIf(process.getuid?.() !== 0)('unprivilegedUser, not as root', () => {
  it('needs none', async () => {
    expect(await unprivilegedUser()).toBeUndefined();
  });
});
