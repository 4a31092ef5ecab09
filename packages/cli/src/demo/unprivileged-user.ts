import { readFile } from 'node:fs/promises';

/** A user of the system. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom to run a program as that refuses to run as root, which PostgreSQL does: `postgres` if there is one, else
 * `nobody`; undefined if this process is not root, or there is neither.
 *
 * @param passwd the file of the system's users
 */
export async function unprivilegedUser(passwd: string = '/etc/passwd'): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile(passwd, 'utf8')).split('\n').map((line) => line.split(':'));
  const fields = ['postgres', 'nobody'].flatMap((name) => lines.filter((line) => line[0] === name))[0];
  if (fields === undefined) return undefined;
  const [name = '', , uid, gid] = fields;
  return { name, uid: Number(uid), gid: Number(gid) };
}
