import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { COMMAND, makeImageTree } from './image-tree.ts';

let tree: string;

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'outrider-image-'));
  await makeImageTree(tree);
});
afterAll(() => rm(tree, { recursive: true }));

it.each(['dashboards', 'doctor'])('%s is not in the image, which says in one line what is', async (name) => {
  const args = [join(tree, COMMAND), name, '--help'];
  const ended = await new Promise<object>((resolve) => {
    execFile(process.execPath, args, { cwd: tree }, (error, stdout, stderr) =>
      resolve({ code: error?.code, stdout, stderr }),
    );
  });
  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: `outrider: this installation has no @outrider/dashboards, as the container image has none; elsewhere: npx --package @outrider/cli outrider ${name}\n`,
  });
});
