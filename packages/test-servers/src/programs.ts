import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { User } from './user.ts';

const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/**
 * The path of a program of a server. Debian keeps those of PostgreSQL out of PATH, one folder a version, and others where
 * only root's PATH leads.
 *
 * @throws {Error} if it is not installed
 */
export function findProgram(name: string): string {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES).map(Number) : [];
  const postgres = versions.toSorted((a, b) => b - a).map((version) => join(DEBIAN_POSTGRES, String(version), 'bin'));
  const folders = [...postgres, ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found === undefined) throw new Error(`${name} is not installed: node scripts/system-packages.mjs sees to it.`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program to its end. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  user: User | undefined,
): Promise<void> {
  await promisify(execFile)(command, args, { cwd, ...(user && { uid: user.uid, gid: user.gid }) });
}
