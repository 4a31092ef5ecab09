import { readFileSync } from 'node:fs';

/** A user of the system. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Whom to run a server as that refuses to run as root: the first of these users that exists; undefined if we are not root. */
export function unprivileged(names: readonly string[]): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of names) {
    const fields = users.find((user) => user[0] === name);
    if (fields !== undefined) return { name, uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error(`None of the users ${names.join(', ')} exists.`);
}
