import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The root of the repository. */
export const REPOSITORY: string = fileURLToPath(new URL('../../../../', import.meta.url));

/** The command in a tree of {@link makeImageTree}. */
export const COMMAND = 'node_modules/@outrider/cli/bin/outrider.js';

/** Makes the folder `/app` of the image, as its Dockerfile does, from what is built. */
export async function makeImageTree(target: string): Promise<void> {
  await promisify(execFile)(process.execPath, [join(REPOSITORY, 'examples/docker/production-tree.mjs'), target]);
}
