import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes a procfs of links to the real one, whose files can be replaced. */
export async function linkedProc(folder: string): Promise<string> {
  await mkdir(folder);
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) await symlink(join('/proc', name), join(folder, name));
  }
  return folder;
}

/**
 * Makes one that tells of no process killed for want of memory: the count is the whole machine's, and another test may
 * have one killed meanwhile.
 */
export async function procWithoutKills(folder: string): Promise<string> {
  await linkedProc(folder);
  await rm(join(folder, 'vmstat'));
  return folder;
}
