import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { User } from './user.ts';

/** Writes files to a folder, by their names, which only the user of a server may read, as keys and passwords must be. */
export async function writeOwnedFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
  user: User | undefined,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    if (user !== undefined) await chown(path, user.uid, user.gid);
  }
}
