import type { Stats } from 'node:fs';

const OTHERS_WRITE = 0o022;

/**
 * Makes sure that what `lstat` found is a folder of this user's alone.
 *
 * @throws {Error} if it is something else, a link among that, or another user owns it or may write to it
 */
export function assertOwnFolder(found: Pick<Stats, 'isDirectory' | 'uid' | 'mode'>): void {
  if (!found.isDirectory()) throw new Error('it is not a directory');
  const uid = process.getuid?.();
  if (uid === undefined) return;
  if (found.uid !== uid) throw new Error(`it belongs to another user, ${found.uid}`);
  // Taking their permission away would break a folder like /tmp, should somebody name that.
  if ((found.mode & OTHERS_WRITE) !== 0) throw new Error('other users may write to it: give the spool its own folder');
}
