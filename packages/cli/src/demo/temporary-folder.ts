import { rmSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a folder for everything the demo writes. */
export async function makeTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-demo-'));
  // The database may run as another user: it may pass through to its own folder, and see nothing else.
  await chmod(folder, 0o711);
  return folder;
}

/** Removes it with all that is in it; a server that is just ending may still write there. */
export function removeTemporaryFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
