import { chown, mkdir, readFile, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findExecutable } from './executable.ts';
import type { Child } from './process.ts';
import type { Processes } from './processes.ts';
import { unprivilegedUser } from './unprivileged-user.ts';

const READY_MS = 20_000;
const DEBIAN = '/usr/lib/postgresql';

/** A PostgreSQL server started for the demo. */
export interface PostgresServer {
  readonly url: string;
  /** Major version, for example `15`. */
  readonly version: string;
  readonly child: Child;
}

/**
 * The folder with the programs of an installed PostgreSQL server, or undefined.
 *
 * Debian keeps them out of PATH, one folder a version.
 */
export async function findPostgres(): Promise<string | undefined> {
  const versions = await readdir(DEBIAN).catch(() => []);
  const folders = versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin'));
  const initdb = (await findExecutable('initdb')) ?? (await findExecutable('initdb', folders));
  if (initdb === undefined) return undefined;
  // PATH may hold a link to initdb alone; the server lies beside the real one.
  const folder = dirname(await realpath(initdb));
  return (await findExecutable('postgres', [folder])) && folder;
}

/**
 * Makes a new cluster in a folder and starts its server, reachable by a Unix socket in that folder only.
 *
 * Nothing is synced to disk: what the demo stores does not outlive it.
 *
 * @param programs the folder with initdb and postgres
 * @param folder does not exist yet; its parent must be open to other users if this process is root
 * @throws {DemoError} with the last words of the program that failed
 */
export async function startPostgres(processes: Processes, programs: string, folder: string): Promise<PostgresServer> {
  const user = await unprivilegedUser();
  await mkdir(folder, { mode: 0o700 });
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const common = {
    cwd: folder,
    // Messages in English, whatever the user's language: the one below is waited for.
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    ...(user && { user: { uid: user.uid, gid: user.gid } }),
  };
  await processes.run({
    ...common,
    name: 'initdb',
    command: join(programs, 'initdb'),
    // trust: the socket lies in a folder that only this user can enter.
    args: ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'],
  });
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    // In the data folder, not in /dev/shm, so that nothing stays behind whatever ends the server.
    dynamic_shared_memory_type: 'mmap',
    shared_buffers: '32MB',
    max_connections: '50',
  };
  const child = await processes.start({
    ...common,
    name: 'PostgreSQL',
    command: join(programs, 'postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // Fast shutdown: SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    killSignal: 'SIGQUIT',
  });
  await child.line((line) => line.includes('ready to accept connections') || undefined, READY_MS);
  return { url: socketUrl(folder), version: (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim(), child };
}

/** The URL of a PostgreSQL that listens on `.s.PGSQL.5432` in a folder. */
export function socketUrl(folder: string): string {
  return `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
}
