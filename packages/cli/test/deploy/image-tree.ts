import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The root of the repository. */
export const REPOSITORY: string = fileURLToPath(new URL('../../../../', import.meta.url));

/** The command in a tree of {@link makeImageTree}. */
export const COMMAND = 'node_modules/@outrider/cli/bin/outrider.js';

/**
 * Makes the folder `/app` of an image, as its Dockerfile does, from what is built.
 *
 * @param start the folder of what the image runs; the command by default
 */
export async function makeImageTree(target: string, start = 'packages/cli'): Promise<void> {
  await promisify(execFile)(process.execPath, [join(REPOSITORY, 'examples/docker/production-tree.mjs'), target, start]);
}
