import { readFile } from 'node:fs/promises';

/**
 * The text of a file of procfs, or `undefined` if there is none. Sandboxes such as gVisor never have some of them; that
 * is no failure.
 */
export async function readIfThere(
  path: string,
  read: (path: string) => Promise<string> = (name) => readFile(name, 'utf8'),
): Promise<string | undefined> {
  try {
    return await read(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
