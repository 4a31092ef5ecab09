import { join } from 'node:path';
import { writeOwnedFiles } from './owned-files.ts';
import { findProgram, run } from './programs.ts';
import { freePort, startServer, temporaryFolder } from './server.ts';
import type { TestServer } from './server.ts';
import { unprivileged } from './user.ts';

/** How a PostgreSQL is started. */
export interface PostgresOptions {
  /** @default 50 */
  readonly maxConnections?: number;
  /** @default one that is free */
  readonly port?: number;
  /** Files of its folder of data by their names: `pg_hba.conf`, certificates. */
  readonly files?: Readonly<Record<string, string>>;
  /** The server that it is a standby of, and has all of its data from. */
  readonly standbyOf?: TestServer;
  /** More of its settings. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

const INITDB = [
  'initdb',
  '--username=postgres',
  '--auth=trust',
  '--encoding=UTF8',
  '--no-locale',
  '--no-sync',
] as const;
const BASEBACKUP = ['pg_basebackup', '--write-recovery-conf', '--checkpoint=fast', '--no-sync'] as const;

/** Starts a PostgreSQL with an empty database `postgres`, for its superuser `postgres` without a password. */
export async function startPostgres(options: PostgresOptions = {}): Promise<TestServer> {
  const { maxConnections = 50, standbyOf, files = {} } = options;
  const user = unprivileged(['postgres', 'nobody']);
  const folder = await temporaryFolder('postgres', user);
  const data = join(folder, 'data');
  const [program, ...args] = standbyOf === undefined ? INITDB : [...BASEBACKUP, `--dbname=${standbyOf.url}`];
  await run(findProgram(program), [`--pgdata=${data}`, ...args], folder, user);
  await writeOwnedFiles(data, files, user);
  const port = options.port ?? (await freePort());
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    fsync: 'off',
    dynamic_shared_memory_type: 'mmap',
    shared_buffers: '32MB',
    max_connections: maxConnections,
    ...options.settings,
  };
  return startServer({
    command: findProgram('postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    folder,
    port,
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    ready: 'database system is ready to accept',
    user,
    // Fast shutdown: SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
  });
}
